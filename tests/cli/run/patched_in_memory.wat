;; RUN: polyreactor run % 'inc(1)'
;; RUN[check]: cargo-polyreactor check %
;; EXIT: 1

;; What a linker left undone is done in memory; the file stays as it is.
(module
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (func $unused (global.set $s (i32.const 20)))
  (func (export "inc") (param i32) (result i32)
    (global.set $s (i32.add (global.get $s) (local.get 0)))
    (global.get $s)))

;; RUN: polyreactor run % 'inc(1)' 'inc(21)'
;; RUN[spaces]: polyreactor run % ' inc ( 1 ) '
(module
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (func (export "_initialize")
    (global.set $s (i32.const 20)))
  (func (export "inc") (param i32) (result i32)
    (global.set $s (i32.add (global.get $s) (local.get 0)))
    (global.get $s)))

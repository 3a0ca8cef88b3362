;; RUN: polyreactor run % 'inc(1)' 'inc( 21 )' 'inc(4294967295)'

;; All calls are made on one live instance.
(module
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $s (i32.const 20)))
  (func (export "inc") (param i32) (result i32)
    (global.set $s (i32.add (global.get $s) (local.get 0)))
    (global.get $s)))

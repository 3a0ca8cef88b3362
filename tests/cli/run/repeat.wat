;; RUN: polyreactor run --repeat 2 % 'count()' 'count()'
;; RUN[never]: polyreactor run --repeat 0 % 'count()'
;; EXIT: 2

;; Calls are repeated in rounds, on one instance.
(module
  (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (func (export "_initialize"))
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count)))

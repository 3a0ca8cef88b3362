;; RUN: polyreactor run % 'inc(1)' 'unreachable()' 'inc(1)' 'inc(1)'
;; EXIT: 1
;; RUN[last]: polyreactor run % 'unreachable()'
;; EXIT: 1
;; RUN[divide]: polyreactor run % 'divide(1, 0)'
;; EXIT: 1
;; RUN[overflow]: polyreactor run % 'divide(-2147483648, -1)'
;; EXIT: 1
;; RUN[load]: polyreactor run % 'load(65536)'
;; EXIT: 1
;; RUN[recurse]: polyreactor run % 'recurse()'
;; EXIT: 1

;; What was answered before stays; what comes after is not called.
(module
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 20))
  (func (export "_initialize"))
  (func (export "inc") (param i32) (result i32)
    (global.set $s (i32.add (global.get $s) (local.get 0)))
    (global.get $s))
  (func (export "unreachable") unreachable)
  (func (export "divide") (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "recurse") (call $down (i32.const 0)))
  (func $down (param i32) (call $down (i32.add (local.get 0) (i32.const 1)))))

;; RUN: polyreactor run % 'say(1)' 'icn(1)' 'inc(x)' 'inc()' '_start()'
;; EXIT: 2
;; RUN[open]: polyreactor run % 'say(1)' 'inc(1'
;; EXIT: 2

;; A CALL that cannot be meant is wrong usage, and the guest prints nothing.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00guest\n")
  (func (export "_initialize"))
  (func (export "inc") (param i32) (result i32) (local.get 0))
  (func (export "say") (param i32)
    (drop (call $fd_write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 32)))))

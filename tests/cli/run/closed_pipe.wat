;; RUN: polyreactor run % 'inc(1)' --repeat 1000
;; STDOUT: closed
;; EXIT: SIGPIPE
;; RUN[guest]: polyreactor run % 'say(1)' --repeat 1000
;; STDOUT: closed
;; EXIT: SIGPIPE

;; A closed pipe ends the program without a word, whoever writes to it.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00guest\n")
  (func (export "_initialize"))
  (func (export "inc") (param i32) (result i32) (local.get 0))
  (func (export "say") (param i32)
    (drop (call $fd_write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 32)))))

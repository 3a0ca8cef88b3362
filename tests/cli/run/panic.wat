;; RUN: polyreactor run % 'panic()'
;; EXIT: 1

;; A panic is told in the guest's words.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\0b\00\00\00panic: why\n")
  (func (export "_initialize"))
  (func (export "panic")
    (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 32)))
    unreachable))

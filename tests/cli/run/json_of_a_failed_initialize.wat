;; RUN: polyreactor run --json % 'f()'
;; EXIT: 1
;; VARIES: "microseconds":

;; What `_initialize` said before it failed is not lost.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\0a\00\00\00no config\n")
  (func (export "_initialize")
    (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 32)))
    unreachable)
  (func (export "f")))

;; RUN: polyreactor run % 'print(1)' 'print(2)' 'print(1)'

;; To its standard output and its standard error.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
  (func (export "_initialize"))
  (func (export "print") (param i32) (result i32)
    (call $fd_write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 16))))

;; RUN: polyreactor run --stdin % 'read()'
;; STDIN: "hello\n"
;; RUN[kept]: polyreactor run % 'read()'
;; STDIN: "hello\n"
;; RUN[open]: polyreactor run % 'read()'
;; STDIN: open

;; Read where it is given; else it is at its end. Writes what it has read over `ready`.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00ready\n")
  (func (export "_initialize"))
  (func $say (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32))))
  (func (export "read") (call $say)
    (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 32)))
    (call $say)))

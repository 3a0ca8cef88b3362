;; RUN: polyreactor inspect %
;; RUN[json]: polyreactor inspect --json %
;; RUN[wat]: polyreactor inspect --wat %

;; For people, as JSON, and as text; nothing in it writes to the terminal.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00guest\n")
  (global $s (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $s (i32.const 20)))
  (func (export "inc") (param i32) (result i32)
    (global.set $s (i32.add (global.get $s) (local.get 0)))
    (global.get $s))
  (func (export "say") (param i32)
    (drop (call $fd_write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 32))))
  (func (export "exit") (param i32) (call $proc_exit (local.get 0)))
  (func (export "swap") (param f32 i64) (result i64 f32) (local.get 1) (local.get 0))
  (func (export "\1b[2J(") unreachable))

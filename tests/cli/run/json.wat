;; RUN: polyreactor run --json % 'count()' 'say()' 'panic()' 'say()'
;; EXIT: 1
;; VARIES: "microseconds":

;; An object a call, with what the guest wrote; none for the call that was not made.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00ready\n")
  (data (i32.const 256) "\08\01\00\00\0b\00\00\00panic: why\n")
  (global $count (mut i32) (i32.const 0))
  (func (export "_initialize"))
  (func (export "say")
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32))))
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count))
  (func (export "panic")
    (drop (call $fd_write (i32.const 2) (i32.const 256) (i32.const 1) (i32.const 32)))
    unreachable))

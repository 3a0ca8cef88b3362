;; RUN: polyreactor run % 'inc(1)' 'say(1)' 'say(2)' 'inc(1)'

;; What the guest prints stands between the results, where it was printed.
(module
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
    (drop (call $fd_write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 32)))))

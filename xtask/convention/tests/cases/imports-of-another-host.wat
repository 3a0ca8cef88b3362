;; R007: functions that one host adds to WASI preview 1. `patch` does not refuse them, because
;; another host may serve them.
;; CALLS: f() = 1
(module
  (import "wasi_snapshot_preview1" "sock_open" (func (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_bind" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $f (result i32) i32.const 1)
  (export "f" (func $f)))

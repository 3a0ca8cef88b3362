;; R007: a WASI function of another type, one that does not exist, and a host function.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_teleport" (func))
  (import "wasi_unstable" "fd_close" (func (param i32) (result i32)))
  (import "host" "log" (func (param i32 i32)))
  (func $_initialize)
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize))
  (export "f" (func $_initialize)))

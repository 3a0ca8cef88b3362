;; R007: modules whose names begin with `wasi` but are not preview 1.
(module
  (import "wasi_ephemeral_nn" "load" (func (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi:io/streams@0.2.3" "[resource-drop]input-stream" (func (param i32)))
  (import "wasi:cli/environment@0.2.3" "get-environment" (func (param i32)))
  (import "wasi_unstable" "fd_close" (func (param i32) (result i32)))
  (import "wasi_unstable" "fd_sync" (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f")))

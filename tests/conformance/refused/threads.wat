;; A module of the target wasm32-wasip1-threads: the memory is shared and imported.
;; ERROR: shared between threads
(module
  (import "env" "memory" (memory 17 1024 shared))
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (func (export "wasi_thread_start") (param i32 i32) (drop (call $spawn (local.get 0))))
  (func (export "_initialize"))
  (export "memory" (memory 0)))

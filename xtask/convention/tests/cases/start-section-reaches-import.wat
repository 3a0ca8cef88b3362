;; R005: the start function reaches an import through another function.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (func $main call $helper)
  (func $helper i32.const 0 call $proc_exit)
  (func $_initialize)
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize))
  (start $main))

;; rustc before 1.100 always wraps the exports of a module that uses std. If no wrapping is
;; recognisable, the module was optimised.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (func $inc (param i32) (result i32)
    i32.const 20 global.set $s
    global.get $s local.get 0 i32.add)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "inc" (func $inc))
  (@producers (language "Rust" "") (processed-by "rustc" "1.95.0 (59807616e 2026-04-14)")))

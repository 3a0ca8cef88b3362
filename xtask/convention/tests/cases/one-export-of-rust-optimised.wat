;; R003: rustc before 1.100 wraps every export, so an optimiser may have inlined the constructors at
;; the start of the only one.
(module
  (memory (export "memory") 1)
  (func $inc.command_export (param i32) (result i32)
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 20)))
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0)))
    (i32.load (i32.const 8)))
  (export "inc" (func $inc.command_export))
  (@producers (language "Rust" "") (processed-by "rustc" "1.95.0 (59807616e 2026-04-14)")))

;; R003: of Rust before 1.100 it is known that the constructors come first in an export, and an
;; optimiser has put them into the only one.
(module
  (memory (export "memory") 1)
  (func $inc.command_export (param i32) (result i32)
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 20)))
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0)))
    (i32.load (i32.const 8)))
  (export "inc" (func $inc.command_export))
  (@producers (language "Rust" "") (processed-by "rustc" "1.95.0 (59807616e 2026-04-14)")))

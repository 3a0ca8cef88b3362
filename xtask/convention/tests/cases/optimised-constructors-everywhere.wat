;; R003: `wasm-opt -O3` has inlined the constructors (`s += 20`) into both exports. Without names,
;; an author might have written the same.
(module
  (memory (export "memory") 1)
  (func $inc.command_export (param i32) (result i32)
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 20)))
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0)))
    (i32.load (i32.const 8)))
  (func $get.command_export (result i32)
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 20)))
    (i32.load (i32.const 8)))
  (export "inc" (func $inc.command_export))
  (export "get" (func $get.command_export)))

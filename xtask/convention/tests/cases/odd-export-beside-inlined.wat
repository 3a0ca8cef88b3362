;; Like odd-export-beside-wrappers, after `wasm-opt -O2`: all exports but one call the constructors
;; first, or have them inlined. The linker's names show that; without names it cannot be decided.
(module
  (func $__wasm_call_ctors (i32.store (i32.const 8) (i32.const 20)))
  (func $inc.command_export (param i32) (result i32)
    call $__wasm_call_ctors
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0)))
    (i32.load (i32.const 8)))
  (func $get.command_export (result i32)
    call $__wasm_call_ctors
    (i32.load (i32.const 8)))
  (func $version (result i32) i32.const 3)
  (memory (export "memory") 1)
  (export "inc" (func $inc.command_export))
  (export "get" (func $get.command_export))
  (export "version" (func $version)))

;; The constructors are inlined into the wrappers: taking only the calls out would leave the
;; constructors there.
(module
  (func $inc (param i32) (result i32) global.get $s local.get 0 i32.add)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $inc.command_export (param i32) (result i32)
    i32.const 20 global.set $s
    local.get 0 call $inc call $__wasm_call_dtors)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "inc" (func $inc.command_export)))

;; All or nothing: the wrapping of one export is not recognisable, so none is unwrapped.
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $inc (param i32) (result i32) global.get $s local.get 0 i32.add)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $get.command_export (result i32) i32.const 20 global.set $s global.get $s)
  (func $inc.command_export (param i32) (result i32)
    call $__wasm_call_ctors local.get 0 call $inc call $__wasm_call_dtors)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "get" (func $get.command_export))
  (export "inc" (func $inc.command_export)))

;; All exports that the linker knew are wrapped, the author's `_initialize` too. Asyncify has added
;; an export that is not wrapped.
;; CALLS: inc(1) = 121, was 21; inc(1) = 122, was 21; asyncify_get_state() = 0
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $_initialize global.get $s i32.const 100 i32.add global.set $s)
  (func $inc (param i32) (result i32)
    global.get $s local.get 0 i32.add global.set $s global.get $s)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $_initialize.command_export
    call $__wasm_call_ctors call $_initialize call $__wasm_call_dtors)
  (func $inc.command_export (param i32) (result i32) (local i32)
    call $__wasm_call_ctors local.get 0 call $inc local.set 1 call $__wasm_call_dtors local.get 1)
  (func (result i32) global.get $state)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (global $state (mut i32) (i32.const 0))
  (export "_initialize" (func $_initialize.command_export))
  (export "inc" (func $inc.command_export))
  (export "asyncify_get_state" (func 8)))

;; The author's own `_initialize` is wrapped like every export. The new one has a guard, calls the
;; constructors, then the author's.
;; CALLS: inc(1) = 121, was 21; inc(1) = 122, was 21
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
  (func $inc.command_export (param i32) (result i32)
    call $__wasm_call_ctors local.get 0 call $inc call $__wasm_call_dtors)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "_initialize" (func $_initialize.command_export))
  (export "inc" (func $inc.command_export)))

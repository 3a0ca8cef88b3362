;; R006: `_initialize` does not call the constructors that are exported for the host.
;; CALLS: get() = 120, was 100
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $_initialize global.get $s i32.const 100 i32.add global.set $s)
  (func $get (result i32) global.get $s)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "__wasm_call_ctors" (func $__wasm_call_ctors))
  (export "_initialize" (func $_initialize))
  (export "get" (func $get)))

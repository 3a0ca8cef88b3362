;; `--export=__wasm_call_ctors`: the linker wraps nothing and leaves the call to the host. After
;; patching, `_initialize` makes the call.
;; CALLS: inc(1) = 21, was 1
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $inc (param i32) (result i32) global.get $s local.get 0 i32.add)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "__wasm_call_ctors" (func $__wasm_call_ctors))
  (export "inc" (func $inc)))

;; R012: Rust from 1.100 on with the generated code of wit-bindgen.
;; CALLS: get() = 20, was 40; get() = 20, was 40
(module
  (func $__wasm_call_ctors call $register)
  (func $register global.get $s i32.const 20 i32.add global.set $s)
  (func $_initialize call $__wasm_call_ctors)
  (func $run_ctors_once global.get $ran if return end i32.const 1 global.set $ran call $__wasm_call_ctors)
  (func $get (result i32) call $run_ctors_once global.get $s)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (global $ran (mut i32) (i32.const 0))
  (export "_initialize" (func $_initialize))
  (export "get" (func $get)))

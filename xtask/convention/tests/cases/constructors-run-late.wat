;; R012: Rust before 1.100 with the generated code of wit-bindgen, and a plain export beside it.
;; STRIPPED: plain() = 0; get() = 20; get() = 20; plain() = 20
;; CALLS: plain() = 20, was 0; get() = 20; get() = 20
(module
  (func $__wasm_call_ctors call $register)
  (func $register global.get $s i32.const 20 i32.add global.set $s)
  (func $run_ctors_once global.get $ran if return end i32.const 1 global.set $ran call $__wasm_call_ctors)
  (func $get (result i32) call $run_ctors_once global.get $s)
  (func $plain (result i32) global.get $s)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (global $ran (mut i32) (i32.const 0))
  (export "get" (func $get))
  (export "plain" (func $plain)))

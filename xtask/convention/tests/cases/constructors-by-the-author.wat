;; R012: the one export calls the constructors by itself, as a crate does whose author has met
;; the linker's wrapping before. It is not wrapped, and it is to be called more than once.
;; CALLS: run(1) = 21; run(1) = 21, was 41
(module
  (func $__wasm_call_ctors call $register)
  (func $register global.get $s i32.const 20 i32.add global.set $s)
  (func $run (param i32) (result i32)
    call $__wasm_call_ctors
    global.get $s local.get 0 i32.add)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "run" (func $run)))

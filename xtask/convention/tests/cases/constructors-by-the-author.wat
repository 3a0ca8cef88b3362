;; R012: the only export calls the constructors itself, as crates do whose authors know the linker's
;; wrapping. The export is not wrapped, and hosts call it more than once.
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

;; R012: a guest of wit-bindgen runs its constructors at the first call of an export of its world.
;; Without names, the constructors function is the first one.
;; CALLS: get() = 20, was 0; through-world() = 20; get() = 20
(module
  (memory (export "memory") 1)
  (global $run (mut i32) (i32.const 0))
  (global $s (mut i32) (i32.const 0))
  (func $__wasm_call_ctors call $register)
  (func $register (global.set $s (i32.add (global.get $s) (i32.const 20))))
  (func $run_ctors_once
    (if (i32.eqz (global.get $run))
      (then (global.set $run (i32.const 1)) (call $__wasm_call_ctors))))
  (func $through-world (result i32) call $run_ctors_once (global.get $s))
  (func $get (result i32) (global.get $s))
  (func $cabi_realloc (export "cabi_realloc_wit_bindgen_0_63_0") (param i32 i32 i32 i32) (result i32) unreachable)
  (export "through-world" (func $through-world))
  (export "get" (func $get))
  (export "cabi_realloc" (func $cabi_realloc)))

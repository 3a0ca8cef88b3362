;; R012: a guest of wit-bindgen with generated names: the constructors function is the first one.
;; CALLS: get() = 20, was 0; through-world() = 20; get() = 20
(module
  (memory (export "memory") 1)
  (global $run (mut i32) (i32.const 0))
  (global $s (mut i32) (i32.const 0))
  (func $0 call $1)
  (func $1 (global.set $s (i32.add (global.get $s) (i32.const 20))))
  (func $2
    (if (i32.eqz (global.get $run))
      (then (global.set $run (i32.const 1)) (call $0))))
  (func $3 (result i32) call $2 (global.get $s))
  (func $4 (result i32) (global.get $s))
  (func $5 (export "cabi_realloc_wit_bindgen_0_63_0") (param i32 i32 i32 i32) (result i32)
    unreachable)
  (export "through-world" (func $3))
  (export "get" (func $4))
  (export "cabi_realloc" (func $5)))

;; R012: a guest of wit-bindgen. An optimiser has inlined the constructors into the export that runs
;; them at its first call.
(module
  (memory (export "memory") 1)
  (global $run (mut i32) (i32.const 0))
  (global $s (mut i32) (i32.const 0))
  (func $through-world (result i32)
    (if (i32.eqz (global.get $run))
      (then
        (global.set $run (i32.const 1))
        (global.set $s (i32.add (global.get $s) (i32.const 20)))))
    (global.get $s))
  (func $get (result i32) (global.get $s))
  (func $cabi_realloc (param i32 i32 i32 i32) (result i32) unreachable)
  (export "through-world" (func $through-world))
  (export "get" (func $get))
  (export "cabi_realloc_wit_bindgen_0_63_0" (func $cabi_realloc)))

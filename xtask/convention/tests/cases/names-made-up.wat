;; `wasm-dis` and `wasm-as -g` have generated names for a module without names: they are no
;; evidence. Binaryen keeps results in a local over the last call, so position does not decide
;; either.
(module
  (func $0 call $1)
  (func $1 i32.const 20 global.get $s i32.add global.set $s)
  (func $2 (param i32) (result i32)
    global.get $s local.get 0 i32.add global.set $s global.get $s)
  (func $3)
  (func $4 call $3 call $3)
  (func $5 (param i32) (result i32) (local i32)
    call $0 local.get 0 call $2 local.set 1 call $4 local.get 1)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "inc" (func $5)))

;; R003: the constructors are inlined into every export, and all names are generated.
(module
  (memory (export "memory") 1)
  (func $0 (param i32) (result i32)
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 20)))
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0)))
    (i32.load (i32.const 8)))
  (func $1 (result i32)
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 20)))
    (i32.load (i32.const 8)))
  (export "inc" (func $0))
  (export "get" (func $1)))

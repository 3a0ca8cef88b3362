;; Nothing is wrapped: one export reads its parameter before it changes state.
;; CALLS: inc(1) = 1; tick() = (); inc(1) = 3
(module
  (memory (export "memory") 1)
  (func $inc (param i32) (result i32)
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0)))
    (i32.load (i32.const 8)))
  (func $tick
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1))))
  (export "inc" (func $inc))
  (export "tick" (func $tick)))

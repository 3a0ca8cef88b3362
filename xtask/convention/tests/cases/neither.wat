;; A no_std crate without constructors: nothing is wrapped, only `_initialize` is missing.
;; CALLS: add(20, 22) = 42
(module
  (func $add (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
  (memory (export "memory") 1)
  (export "add" (func $add)))

;; R009: what a guest package exports is nothing to be called.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "polyreactor_alloc") (param i32 i32) (result i32) i32.const 8)
  (func (export "polyreactor_free") (param i32 i32 i32)))

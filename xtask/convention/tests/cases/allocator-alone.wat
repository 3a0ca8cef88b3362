;; R009: the exports of a guest package (the allocator) are no functions for a host to call.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "polyreactor_alloc") (param i32 i32) (result i32) i32.const 8)
  (func (export "polyreactor_free") (param i32 i32 i32)))

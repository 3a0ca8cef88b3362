;; R008: types that exports in Go and Zig cannot have.
(module
  (func $_initialize)
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize))
  (func (export "reference") (param externref))
  (func (export "vector") (result v128) v128.const i64x2 0 0)
  (func (export "two") (result i32 i32) i32.const 1 i32.const 2))

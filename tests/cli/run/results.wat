;; RUN: polyreactor run % 'none()' 'one()' 'two()'
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "none"))
  (func (export "one") (result i32) (i32.const 1))
  (func (export "two") (result i32 f64) (i32.const 1) (f64.const 2)))

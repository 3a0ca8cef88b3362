;; RUN: polyreactor parity % @rust/counter --replay ""
;; EXIT: 1
;; ENV: COLUMNS=72

(module
  (memory (export "memory") 1)
  (func (export "_initialize") unreachable)
  (func (export "add") (param i32 i32) (result i32) (i32.const 0))
  (func (export "inc") (param i32) (result i32) (i32.const 0)))

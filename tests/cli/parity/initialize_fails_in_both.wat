;; RUN: polyreactor parity % % --sequences 5
;; EXIT: 1

;; Nothing was compared, so nothing is equal.
(module
  (memory (export "memory") 1)
  (func (export "_initialize") unreachable)
  (func (export "f") (param i32) (result i32) (i32.const 0)))

;; RUN: polyreactor run % 'f()'
;; EXIT: 1
(module
  (memory (export "memory") 1)
  (func (export "_initialize") unreachable)
  (func (export "f")))

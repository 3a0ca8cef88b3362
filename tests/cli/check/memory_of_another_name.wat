;; RUN: cargo-polyreactor check %
;; EXIT: 1
(module
  (memory (export "mem") 1)
  (func (export "_initialize"))
  (func (export "memory")))

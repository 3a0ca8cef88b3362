;; RUN: cargo-polyreactor check %
;; EXIT: 1
(module
  (memory (export "memory") 1)
  (func (export "_start")))

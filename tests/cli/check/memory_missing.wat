;; RUN: cargo-polyreactor check %
;; EXIT: 1
(module
  (func (export "_initialize"))
  (func (export "f")))

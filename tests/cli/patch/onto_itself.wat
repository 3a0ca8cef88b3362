;; RUN: cargo-polyreactor patch % -o %
;; RUN[check]: cargo-polyreactor check %
(module
  (memory (export "memory") 1)
  (func (export "f")))

;; RUN: cargo-polyreactor check %
;; EXIT: 1
(module
  (import "env" "memory" (memory 1))
  (func (export "_initialize"))
  (func (export "f")))

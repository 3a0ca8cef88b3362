;; RUN: cargo-polyreactor check %
;; EXIT: 1
(module
  (memory (export "memory") 1)
  (global (export "_initialize") i32 (i32.const 0))
  (func (export "f")))

;; RUN: cargo-polyreactor check %
;; EXIT: 1
;; RUN[json]: cargo-polyreactor check --json %
;; EXIT: 1
(module
  (memory (export "memory") 1)
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))

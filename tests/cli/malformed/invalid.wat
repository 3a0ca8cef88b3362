;; RUN: cargo-polyreactor check %
;; EXIT: 1
;; RUN[patch]: cargo-polyreactor patch % -o out.wasm
;; EXIT: 1
(module
  (memory (export "memory") 1)
  (func (export "_initialize") i32.const 0))

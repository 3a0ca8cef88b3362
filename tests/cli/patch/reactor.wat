;; RUN: cargo-polyreactor patch % -o out.wasm
;; RUN[check]: cargo-polyreactor check out.wasm
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f")))

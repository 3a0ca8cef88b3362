;; RUN: cargo-polyreactor patch % -o .
;; EXIT: 1
;; RUN[no-folder]: cargo-polyreactor patch % -o missing/out.wasm
;; EXIT: 1
;; RUN[nothing]: cargo-polyreactor patch %
;; EXIT: 2
(module
  (memory (export "memory") 1)
  (func (export "f")))

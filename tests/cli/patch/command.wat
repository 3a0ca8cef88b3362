;; RUN: cargo-polyreactor patch % -o out.wasm
;; EXIT: 1
;; RUN[unwritten]: cargo-polyreactor check out.wasm
;; EXIT: 1

;; What patch cannot mend is not written.
(module
  (memory (export "memory") 1)
  (func (export "_start")))

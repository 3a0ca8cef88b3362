;; RUN: cargo-polyreactor check % no-such-file.wasm %
;; EXIT: 1
;; RUN[json]: cargo-polyreactor check --json % no-such-file.wasm
;; EXIT: 1

;; A file that cannot be read keeps no other from being looked at.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f")))

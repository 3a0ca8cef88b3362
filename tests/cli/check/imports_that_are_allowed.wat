;; RUN: cargo-polyreactor check %
;; EXIT: 1
;; RUN[one]: cargo-polyreactor check --allow-import wasi_snapshot_preview1.sock_open %
;; RUN[all]: cargo-polyreactor check --allow-import wasi_snapshot_preview1 %
;; RUN[other]: cargo-polyreactor check --allow-import env %
;; EXIT: 1
;; RUN[patch]: cargo-polyreactor patch % -o out.wasm

;; A function that one host has put beside WASI's. What is allowed is a note, and patch does not
;; ask.
(module
  (import "wasi_snapshot_preview1" "sock_open" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f")))

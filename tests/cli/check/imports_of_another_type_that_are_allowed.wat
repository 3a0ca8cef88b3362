;; RUN: cargo-polyreactor check %
;; EXIT: 1
;; RUN[one]: cargo-polyreactor check --allow-import wasi_snapshot_preview1.sock_accept %
;; RUN[all]: cargo-polyreactor check --allow-import wasi_snapshot_preview1 %
;; RUN[other]: cargo-polyreactor check --allow-import wasi_snapshot_preview1.sock_recv %
;; EXIT: 1

;; A function of WASI that one host has with another type.
(module
  (import "wasi_snapshot_preview1" "sock_accept" (func (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f")))

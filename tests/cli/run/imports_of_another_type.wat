;; RUN: polyreactor run % --missing trap 'add(2, 3)'
;; EXIT: 0
;; RUN[called]: polyreactor run % --missing trap 'accept()'
;; EXIT: 1
;; RUN[zero]: polyreactor run % --missing zero 'accept()'
;; EXIT: 0
;; RUN[refused]: polyreactor run % 'add(2, 3)'
;; EXIT: 1

;; A function of WASI with another type than this host has is replaced as one that it lacks.
(module
  (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "accept") (result i32) (call $accept (i32.const 3) (i32.const 0))))

;; RUN: polyreactor run % 'f()'
;; EXIT: 1
(module
  (import "env" "log" (func (param i32)))
  (import "wasi_snapshot_preview1" "fd_wirte" (func (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func (param i64)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f")))

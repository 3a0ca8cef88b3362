;; RUN: polyreactor run % 'f()'
;; EXIT: 1
;; RUN[trap]: polyreactor run % 'f()' --missing trap
;; EXIT: 1

;; A host has one function for a name: no stand-in replaces the one that this host has.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func (param i64)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f")))

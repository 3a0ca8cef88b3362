;; RUN: cargo-polyreactor check %
;; EXIT: 1
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $sched_yield (result i32)))
  (memory (export "memory") 1)
  (func $main (drop (call $sched_yield)))
  (func (export "_initialize"))
  (func (export "f"))
  (start $main))

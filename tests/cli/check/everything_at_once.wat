;; RUN: cargo-polyreactor check %
;; EXIT: 1

;; All that is wrong is told in one go.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $sched_yield (result i32)))
  (memory 1)
  (memory 1)
  (func $main (drop (call $sched_yield)))
  (func (export "_initialize") (result i32) i32.const 0)
  (func (export "_start"))
  (start $main))

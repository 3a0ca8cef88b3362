;; RUN: polyreactor inspect %
;; RUN[json]: polyreactor inspect % --json
;; RUN[wat]: polyreactor inspect --wat %
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $sched_yield (result i32)))
  (memory (export "memory") 1 16)
  (global (export "version") i32 (i32.const 1))
  (func (export "_initialize") (drop (call $sched_yield)))
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))

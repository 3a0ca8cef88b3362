;; RUN: polyreactor run % --missing trap 'add(2, 3)'
;; EXIT: 0
;; RUN[called]: polyreactor run % --missing trap 'add(2, 3)' 'log()' 'add(2, 3)'
;; EXIT: 1
;; RUN[zero]: polyreactor run % --missing zero 'log()' 'now()'
;; EXIT: 0
;; RUN[refused]: polyreactor run % 'add(2, 3)'
;; EXIT: 1

;; What the host lacks is said in one line, whatever becomes of it.
(module
  (import "env" "log" (func $log (param i32)))
  (import "env" "now" (func $now (result i64)))
  (import "env" "\1b[2J" (func))
  (import "wasi_snapshot_preview1" "sock_open" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "log") (call $log (i32.const 1)))
  (func (export "now") (result i64) (call $now)))

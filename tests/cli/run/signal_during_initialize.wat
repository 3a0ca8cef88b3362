;; RUN: polyreactor run % 'count()'
;; SIGNAL: INT after ready
;; EXIT: 130

;; A signal ends initialisation too.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00ready\n")
  (func (export "_initialize")
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
    (loop (br 0)))
  (func (export "count") (result i32) (i32.const 1)))

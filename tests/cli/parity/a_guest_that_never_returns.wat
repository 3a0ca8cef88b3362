;; RUN: polyreactor parity % @rust/counter --replay 'add(7, 7)' --timeout 200ms
;; EXIT: 1
;; ENV: COLUMNS=72

(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; What the counter prints: one buffer, at 16, of 7 bytes.
  (data (i32.const 8) "\10\00\00\00\07\00\00\00s = 20\n")
  (func (export "_initialize")
    (drop (call $write (i32.const 2) (i32.const 8) (i32.const 1) (i32.const 0))))
  (func (export "add") (param i32 i32) (result i32)
    (loop $for_ever (br $for_ever))
    (i32.const 0))
  (func (export "inc") (param i32) (result i32) (i32.const 0)))

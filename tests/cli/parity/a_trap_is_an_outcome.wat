;; RUN: polyreactor parity % @rust/counter --sequences 50
;; EXIT: 1
;; ENV: COLUMNS=72

;; The sum traps for one pair of numbers only, which stand in the code.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; What the counter prints: one buffer, at 16, of 7 bytes.
  (data (i32.const 8) "\10\00\00\00\07\00\00\00s = 20\n")
  (global $value (mut i32) (i32.const 20))
  (func (export "_initialize")
    (drop (call $write (i32.const 2) (i32.const 8) (i32.const 1) (i32.const 0))))
  (func (export "add") (param i32 i32) (result i32)
    (if (i32.eq (local.get 0) (i32.const 123456))
      (then (return (i32.div_u (local.get 1) (i32.const 0)))))
    (i32.add (local.get 0) (local.get 1)))
  (func (export "inc") (param i32) (result i32)
    (global.set $value (i32.add (global.get $value) (local.get 0)))
    (global.get $value)))

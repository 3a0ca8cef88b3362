;; RUN: polyreactor parity % @rust/counter --sequences 50
;; EXIT: 1
;; ENV: COLUMNS=72
;; RUN[again]: polyreactor parity % @rust/counter @zig/counter --replay 'inc(1); inc(1)'
;; EXIT: 1
;; ENV: COLUMNS=72
;; RUN[shorter]: polyreactor parity % @rust/counter @zig/counter --replay 'inc(1)'

;; A counter that forgets its second increment. The shortest sequence that shows it is found, and can
;; be made again; a shorter one is equal.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; What the counter prints: one buffer, at 16, of 7 bytes.
  (data (i32.const 8) "\10\00\00\00\07\00\00\00s = 20\n")
  (global $value (mut i32) (i32.const 20))
  (global $calls (mut i32) (i32.const 0))
  (func (export "_initialize")
    (drop (call $write (i32.const 2) (i32.const 8) (i32.const 1) (i32.const 0))))
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))
  (func (export "inc") (param i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (if (i32.ne (global.get $calls) (i32.const 2))
      (then (global.set $value (i32.add (global.get $value) (local.get 0)))))
    (global.get $value)))

;; RUN: polyreactor run % 'inc(1)' 'exit(0)' 'inc(1)' 'inc(1)'
;; EXIT: 1
;; RUN[escaped]: polyreactor run % '"\u001b[2J("()'
;; EXIT: 1

;; After a call that fails no other is made. An export's name cannot write to the terminal.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $s (i32.const 20)))
  (func (export "inc") (param i32) (result i32)
    (global.set $s (i32.add (global.get $s) (local.get 0)))
    (global.get $s))
  (func (export "exit") (param i32) (call $proc_exit (local.get 0)))
  (func (export "\1b[2J(") unreachable))

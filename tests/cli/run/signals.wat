;; RUN[spin-int]: polyreactor run --stdin % 'spin()'
;; STDIN: open
;; SIGNAL: INT after ready
;; EXIT: 130
;; RUN[sleep-int]: polyreactor run --stdin % 'sleep()'
;; STDIN: open
;; SIGNAL: INT after ready
;; EXIT: 130
;; RUN[read-int]: polyreactor run --stdin % 'read()'
;; STDIN: open
;; SIGNAL: INT after ready
;; EXIT: 130
;; RUN[spin-term]: polyreactor run --stdin % 'spin()'
;; STDIN: open
;; SIGNAL: TERM after ready
;; EXIT: 143
;; RUN[sleep-term]: polyreactor run --stdin % 'sleep()'
;; STDIN: open
;; SIGNAL: TERM after ready
;; EXIT: 143
;; RUN[read-term]: polyreactor run --stdin % 'read()'
;; STDIN: open
;; SIGNAL: TERM after ready
;; EXIT: 143

;; A signal ends a loop, a sleep, and a read to which nothing comes.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff"
    (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00ready\n")
  (data (i32.const 80) "\01\00\00\00\00\00\00\00\ff\ff\ff\ff\ff\ff\ff\ff")
  (func (export "_initialize"))
  (func $say (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32))))
  (func (export "spin") (call $say) (loop (br 0)))
  (func (export "sleep") (call $say)
    (drop (call $poll_oneoff (i32.const 64) (i32.const 320) (i32.const 1) (i32.const 32))))
  (func (export "read") (call $say)
    (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 32)))))

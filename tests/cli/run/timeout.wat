;; RUN: polyreactor run --timeout 500ms % 'spin()' 'count()'
;; EXIT: 1
;; RUN[sleep]: polyreactor run --timeout 500ms % 'sleep()' 'count()'
;; EXIT: 1
;; RUN[unit]: polyreactor run --timeout 5 % 'count()'
;; EXIT: 2

;; What takes too long ends, and the error says what to do. Both print `ready` first.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff"
    (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00ready\n")
  ;; A sleep of as long as can be.
  (data (i32.const 80) "\01\00\00\00\00\00\00\00\ff\ff\ff\ff\ff\ff\ff\ff")
  (func (export "_initialize"))
  (func $say (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32))))
  (func (export "count") (result i32) (i32.const 1))
  (func (export "spin") (call $say) (loop (br 0)))
  (func (export "sleep") (call $say)
    (drop (call $poll_oneoff (i32.const 64) (i32.const 320) (i32.const 1) (i32.const 32)))))

;; RUN: polyreactor run % 'given()'
;; ENV: SECRET=1
;; RUN[named]: polyreactor run --env A=1 --env B=x=y --arg -v % 'given()'
;; RUN[wrong]: polyreactor run --env A % 'given()'
;; EXIT: 2

;; How many variables, and how many arguments: the guest is given what was named, and no more.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get"
    (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get"
    (func $args_sizes_get (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "given") (result i32 i32)
    (drop (call $environ_sizes_get (i32.const 0) (i32.const 4)))
    (drop (call $args_sizes_get (i32.const 8) (i32.const 12)))
    (i32.load (i32.const 0))
    (i32.load (i32.const 8))))

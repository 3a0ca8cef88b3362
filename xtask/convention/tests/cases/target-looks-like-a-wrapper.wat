;; The wrapped function has a wrapper's shape itself: it is unwrapped once, never twice.
;; CALLS: run(7) = 7; run(8) = 8
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $lock i32.const 1 global.set $s)
  (func $work (param i32) (result i32) local.get 0)
  (func $unlock i32.const 0 global.set $s)
  (func $run (param i32) (result i32) call $lock local.get 0 call $work call $unlock)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $run.command_export (param i32) (result i32)
    call $__wasm_call_ctors local.get 0 call $run call $__wasm_call_dtors)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "run" (func $run.command_export)))

;; RUN: cargo-polyreactor check %
;; EXIT: 1

;; As wasm-ld links a Rust cdylib, names kept.
(module
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (func $__wasm_call_ctors
    (global.set $s (i32.const 20)))
  (func $__wasm_call_dtors)
  (func $inc (param i32) (result i32)
    (global.set $s (i32.add (global.get $s) (local.get 0)))
    (global.get $s))
  (func $inc.command_export (param i32) (result i32)
    call $__wasm_call_ctors
    local.get 0
    call $inc
    call $__wasm_call_dtors)
  (export "inc" (func $inc.command_export)))

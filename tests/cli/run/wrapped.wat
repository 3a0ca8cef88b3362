;; RUN: polyreactor run % 'inc(1)' 'inc(21)'

;; What the linker wrapped is patched in memory: without that it would answer 21 and 41.
(module
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (func $__wasm_call_ctors
    (global.set $s (i32.const 20)))
  (func $inc (param i32) (result i32)
    (global.set $s (i32.add (global.get $s) (local.get 0)))
    (global.get $s))
  (func $inc.command_export (param i32) (result i32)
    call $__wasm_call_ctors
    local.get 0
    call $inc)
  (export "inc" (func $inc.command_export)))

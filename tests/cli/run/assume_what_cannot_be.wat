;; RUN: polyreactor run % 'inc(1)' --assume clean
;; EXIT: 1

;; The linker's names say otherwise.
(module
  (memory (export "memory") 1)
  (func $__wasm_call_ctors)
  (func $inc (param i32) (result i32) (local.get 0))
  (func $inc.command_export (param i32) (result i32)
    call $__wasm_call_ctors
    local.get 0
    call $inc)
  (export "inc" (func $inc.command_export)))

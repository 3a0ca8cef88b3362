;; RUN: cargo-polyreactor patch % -o out.wasm
;; RUN[check]: cargo-polyreactor check out.wasm

;; What a module says cannot move the reader's cursor or colour their terminal.
(module
  (memory (export "memory") 1)
  (func $__wasm_call_ctors)
  (func $f)
  (func $f.command_export
    call $__wasm_call_ctors
    call $f)
  (export "\1b[31mred\1b[0m\0d\07\u{202e}" (func $f.command_export)))

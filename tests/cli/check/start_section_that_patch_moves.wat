;; RUN: cargo-polyreactor check %
;; EXIT: 1
;; RUN[patch]: cargo-polyreactor patch % -o out.wasm
;; RUN[after]: cargo-polyreactor check out.wasm

;; AssemblyScript's default: what stands outside of functions runs in the start section.
(module
  (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (func $~start
    (if (global.get $s) (then (call $abort (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
    (global.set $s (i32.const 20)))
  (func (export "get") (result i32) (global.get $s))
  (start $~start))

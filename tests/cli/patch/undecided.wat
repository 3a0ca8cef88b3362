;; RUN: cargo-polyreactor patch % -o out.wasm
;; EXIT: 1
;; RUN[wrapped]: cargo-polyreactor patch % -o wrapped.wasm --assume wrapped
;; RUN[wrapped-check]: cargo-polyreactor check wrapped.wasm
;; RUN[clean]: cargo-polyreactor patch % -o clean.wasm --assume clean
;; RUN[other]: cargo-polyreactor patch % -o out.wasm --assume something
;; EXIT: 2

;; Every export begins with the same call, and no name tells whose: the author's, or the
;; linker's.
(module
  (memory (export "memory") 1)
  (global (mut i32) (i32.const 0))
  (func (param i32) (result i32) (i32.add (local.get 0) (global.get 0)))
  (func (global.set 0 (i32.const 20)))
  (func (export "f") (param i32) (result i32)
    call 1
    local.get 0
    call 0))

;; RUN: cargo-polyreactor patch % -o patched.wasm
;; RUN[run]: polyreactor run patched.wasm 'read()'
;; RUN[again]: cargo-polyreactor patch patched.wasm -o again.wasm

;; Exports get their own names, and patching that does nothing.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "polyreactor-export:exp") (param f64) (result f64) local.get 0)
  (func (export "polyreactor-export:read") (result i32) i32.const 7))

;; RUN: cargo-polyreactor check %

;; A note, which is no error: `__wasm_init_memory` is such a one.
(module
  (memory (export "memory") 1)
  (func $init_memory (i32.store (i32.const 0) (i32.const 1)))
  (func (export "_initialize"))
  (func (export "f"))
  (start $init_memory))

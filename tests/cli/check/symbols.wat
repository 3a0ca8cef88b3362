;; RUN: cargo-polyreactor check %
;; EXIT: 1

;; As zig builds a plugin by itself: hosts look for `exp` and `read`.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "polyreactor-export:exp") (param f64) (result f64) local.get 0)
  (func (export "polyreactor-export:read") (result i32) i32.const 7))

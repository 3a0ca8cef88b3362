;; RUN: polyreactor run % 'exp(2.5)' 'read()'
;; RUN[symbol]: polyreactor run % 'polyreactor-export:read()'
;; EXIT: 2

;; A plugin as zig or cargo builds it by itself is called by its exports' own names.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "polyreactor-export:exp") (param f64) (result f64) local.get 0)
  (func (export "polyreactor-export:read") (result i32) i32.const 7))

;; RUN: polyreactor run % 'f()'
;; EXIT: 1
;; RUN[trap]: polyreactor run % 'f()' --missing trap
;; EXIT: 1

;; `--missing` is suggested only where it helps: not for a global, a table, or one name of two types.
(module
  (import "env" "log" (func (param i32)))
  (import "env" "log" (func (param i64)))
  (import "env" "base" (global i32))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f")))

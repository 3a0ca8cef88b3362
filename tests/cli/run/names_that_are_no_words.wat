;; RUN: polyreactor run % 'f()'
;; EXIT: 1
;; RUN[trap]: polyreactor run % --missing trap '""()'
;; EXIT: 1
;; RUN[blank]: polyreactor run % --missing trap 'b()'
;; EXIT: 2

;; Names without characters, or with blanks, are quoted.
(module
  (import "" "" (func $none))
  (import " " "x" (func))
  (import "env" "a b" (func))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "") (call $none))
  (func (export " a")))

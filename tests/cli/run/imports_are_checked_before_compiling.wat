;; RUN: polyreactor run % 'f()'
;; EXIT: 1

;; An import that no one has is told before the module is compiled, which this one can't be.
(module
  (import "env" "log" (func))
  (type $f (func))
  (type $c (cont $f))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f")))

;; RUN: polyreactor run % 'f(1)' 'g()'
;; EXIT: 2
;; RUN[compiled]: polyreactor run % 'f()'
;; EXIT: 1

;; CALLs that do not fit are told before the module is compiled, which this one can't be.
(module
  (type $f (func))
  (type $c (cont $f))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f")))

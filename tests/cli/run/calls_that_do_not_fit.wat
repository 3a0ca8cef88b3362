;; RUN: polyreactor run % 'inc(1)' 'icn(1)' 'inc()' 'inc(1, 2)' 'inc(0.5)' 'inc(4294967296)' 'inc(-2147483649)'
;; EXIT: 2
;; RUN[form]: polyreactor run % inc 'inc(1' 'inc(1))' '(1)' '' '"inc(1)' 'inc(one)'
;; EXIT: 2
;; RUN[reserved]: polyreactor run % '_initialize()' 'memory()'
;; EXIT: 2
;; RUN[none]: polyreactor run %
;; EXIT: 2

;; All of them are told at once, and none is made.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "inc") (param i32) (result i32) (local.get 0)))

;; RUN: polyreactor run /dev/stdin 'f()'
;; STDIN: %
;; EXIT: 1

;; A pipe can be read once only: what is found wrong is the module, not that it is empty.
(module
  (memory (export "memory") 1)
  (func (export "_start")))

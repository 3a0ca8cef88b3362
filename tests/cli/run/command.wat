;; RUN: polyreactor run % '_start()'
;; EXIT: 1
(module
  (memory (export "memory") 1)
  (func (export "_start")))

;; RUN: polyreactor inspect % --wat --func f
;; EXIT: 2
(module (memory (export "memory") 1))

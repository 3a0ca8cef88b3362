;; RUN: polyreactor run % 'f()'
;; EXIT: 1
(module binary "(module)")

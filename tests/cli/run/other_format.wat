;; RUN: polyreactor run % 'f()'
;; EXIT: 1
(module binary "\7fELF")

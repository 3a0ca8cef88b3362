;; RUN: polyreactor run % 'f()'
;; EXIT: 1
;; RUN[inspect]: polyreactor inspect %
;; EXIT: 1
(module binary "\00asm\01\00\00\00\01\7f")

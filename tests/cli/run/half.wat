;; RUN: polyreactor run % 'f()'
;; EXIT: 1

;; A file that ends in the middle of a section.
(module binary
  "\00asm\01\00\00\00"
  "\01\0a\02\60\00")

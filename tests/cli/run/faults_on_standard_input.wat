;; RUN: polyreactor run % -
;; STDIN: "count()\n\ncount(1)\n"
;; EXIT: 2
;; RUN[form]: polyreactor run % -
;; STDIN: "count()\ncount("
;; EXIT: 2
;; RUN[text]: polyreactor run % -
;; STDIN: "# \ff\n"
;; EXIT: 2

;; A fault names the line that it stands in.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "count") (result i32) (i32.const 1)))

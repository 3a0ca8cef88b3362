;; RUN: polyreactor inspect %

;; A name of no characters, and one that begins with a blank.
(module
  (import " env" "" (func))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export ""))
  (func (export " f")))

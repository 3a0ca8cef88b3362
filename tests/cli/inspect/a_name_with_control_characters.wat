;; RUN: polyreactor inspect %
;; RUN[json]: polyreactor inspect % --json

;; What a module says cannot move the reader's cursor or colour their terminal.
(module
  (import "\1b[31mred\1b[0m" "\0d\07bell" (func))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "\1b[2J\u{202e}")))

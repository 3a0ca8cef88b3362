;; RUN: polyreactor inspect %
;; RUN[json]: polyreactor inspect % --json
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f") (param i32))
  (@custom "polyreactor.contract" "{\"schema\":1,\"exports\":{\"f\":\"(a: i3\1b[31m2)\"}}"))

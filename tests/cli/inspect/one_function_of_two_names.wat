;; RUN: polyreactor inspect % --wat --func twice
;; EXIT: 2
;; RUN[number]: polyreactor inspect % --wat --func 1
(module
  (memory (export "memory") 1)
  (func (;0;) nop)
  (func (;1;) unreachable)
  (@custom "name" "\01\0f\02\00\05twice\01\05twice"))

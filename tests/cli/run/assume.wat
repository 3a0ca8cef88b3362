;; RUN: polyreactor run % 'f(1)' 'f(1)'
;; EXIT: 1
;; RUN[wrapped]: polyreactor run % 'f(1)' 'f(1)' --assume wrapped
;; RUN[clean]: polyreactor run % 'f(1)' 'f(1)' --assume clean
;; RUN[other]: polyreactor run % 'f(1)' --assume something
;; EXIT: 2

;; Every export begins with the same call, and no name tells whose: the author's, or the
;; linker's.
(module
  (memory (export "memory") 1)
  (global (mut i32) (i32.const 0))
  (func (param i32) (result i32)
    (global.set 0 (i32.add (local.get 0) (global.get 0)))
    (global.get 0))
  (func (global.set 0 (i32.const 20)))
  (func (export "f") (param i32) (result i32)
    call 1
    local.get 0
    call 0))

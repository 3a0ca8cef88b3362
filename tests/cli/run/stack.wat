;; RUN: polyreactor run % 'down(20000)'
;; EXIT: 1
;; RUN[8]: polyreactor run --stack 8MiB % 'down(20000)'
;; RUN[256]: polyreactor run --stack 256MiB % 'down(20000)'
;; RUN[1]: polyreactor run --stack 1MiB % 'down(-1)'
;; EXIT: 1
;; RUN[none]: polyreactor run --stack 0KiB % 'down(1)'
;; EXIT: 2

;; A deep recursion is given the stack that it needs: more than the main thread has as well.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func $down (export "down") (param $depth i32) (result i32)
    (if (result i32) (local.get $depth)
      (then (i32.add (i32.const 1)
        (call $down (i32.sub (local.get $depth) (i32.const 1)))))
      (else (i32.const 0)))))

;; RUN: polyreactor run --memory 1MiB % 'hoard()'
;; EXIT: 1
;; RUN[unit]: polyreactor run --memory 1 % 'hoard()'
;; EXIT: 2

;; What wants too much memory says so.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func $hoard (export "hoard")
    (loop
      (if (i32.lt_s (memory.grow (i32.const 1)) (i32.const 0)) (then unreachable))
      (br 0))))

;; RUN: polyreactor run % 'one()'
;; ULIMIT: -v 4000000

;; Four gigabytes of addresses are enough, as a shell's `ulimit -v` leaves them (in KiB).
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "one") (result i32) (i32.const 1)))

;; RUN[RO]: polyreactor run --dir /tmp::/d:RO % 'count()'
;; EXIT: 2
;; RUN[rw]: polyreactor run --dir /tmp::/d:rw % 'count()'
;; EXIT: 2
;; RUN[r]: polyreactor run --dir /tmp::/d:r % 'count()'
;; EXIT: 2
;; RUN[no-guest]: polyreactor run --dir /tmp % 'count()'
;; EXIT: 2
;; RUN[no-host]: polyreactor run --dir ::/d % 'count()'
;; EXIT: 2
;; RUN[empty-guest]: polyreactor run --dir /tmp:: % 'count()'
;; EXIT: 2

;; A grant that is not understood is none.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "count") (result i32) (i32.const 1)))

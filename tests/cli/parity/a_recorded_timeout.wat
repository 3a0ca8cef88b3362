;; RUN: polyreactor run % --timeout 100ms 'one()' 'for_ever()' --record file.recording
;; EXIT: 1
;; RUN[replay]: polyreactor replay file.recording %
;; EXIT: 1

;; A call that a time limit has ended would not end in a replay either.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "one") (result i32) (i32.const 1))
  (func (export "for_ever") (loop $again (br $again))))

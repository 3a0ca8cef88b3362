;; RUN: polyreactor run % 'count()' - 'count()'
;; STDIN: "\ef\bb\bf# three of them\r\ncount()\r\n\n  count() \ncount()"

;; In the order in which they stand, whatever editor wrote them.
(module
  (memory (export "memory") 1)
  (global $count (mut i32) (i32.const 0))
  (func (export "_initialize"))
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count)))

;; RUN: polyreactor run % '"a(b)"()' 'a b()' 'größe()' '""()' '"\u001b[31mred"()' 'a:b/c#d()' '"@at"()' '"#hash"()' '"-x"()'

;; An export may be called anything.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "a(b)") (result i32) (i32.const 1))
  (func (export "a b") (result i32) (i32.const 2))
  (func (export "größe") (result i32) (i32.const 3))
  (func (export "") (result i32) (i32.const 4))
  (func (export "\1b[31mred") (result i32) (i32.const 5))
  (func (export "a:b/c#d") (result i32) (i32.const 6))
  (func (export "@at") (result i32) (i32.const 7))
  (func (export "#hash") (result i32) (i32.const 8))
  (func (export "-x") (result i32) (i32.const 9)))

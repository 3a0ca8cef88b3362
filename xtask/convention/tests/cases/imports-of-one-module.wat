;; R007: what one foreign module has to provide is told in one line.
(module
  (import "env" "a" (func)) (import "env" "b" (func)) (import "env" "c" (func))
  (import "env" "d" (func)) (import "env" "e" (global i32)) (import "other" "f" (func))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "g")))

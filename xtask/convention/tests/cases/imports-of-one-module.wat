;; R007: all imports from one foreign module share one diagnostic.
(module
  (import "env" "a" (func)) (import "env" "b" (func)) (import "env" "c" (func))
  (import "env" "d" (func)) (import "env" "e" (global i32)) (import "other" "f" (func))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "g")))

;; R007: a note, as nobody has declared it.
(module
  (import "host" "log" (func (param i32 i32)))
  (func $_initialize)
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize))
  (export "f" (func $_initialize)))

;; R007: an undeclared import from another module is a note.
(module
  (import "host" "log" (func (param i32 i32)))
  (func $_initialize)
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize))
  (export "f" (func $_initialize)))

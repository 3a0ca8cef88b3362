;; R004: hosts use the memory that a module exports.
(module
  (import "env" "memory" (memory 1))
  (func $_initialize)
  (export "_initialize" (func $_initialize)))

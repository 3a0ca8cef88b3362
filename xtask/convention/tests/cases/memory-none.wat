;; R004: WASI passes all data through a memory.
(module
  (func $_initialize)
  (export "_initialize" (func $_initialize)))

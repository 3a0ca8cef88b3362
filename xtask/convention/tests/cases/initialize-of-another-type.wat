;; R001: `_initialize` has to have no parameters and no result.
(module
  (func $_initialize (param i32))
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize)))

;; R001: `_initialize` takes nothing and answers nothing.
(module
  (func $_initialize (param i32))
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize)))

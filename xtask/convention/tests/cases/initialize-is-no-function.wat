;; R001: `_initialize` has to be a function.
(module
  (memory (export "memory") 1)
  (global (export "_initialize") i32 (i32.const 0)))

;; R001: `_initialize` is a function.
(module
  (memory (export "memory") 1)
  (global (export "_initialize") i32 (i32.const 0)))

;; R002: a command has a `_start`.
(module
  (func $_start)
  (memory (export "memory") 1)
  (export "_start" (func $_start)))

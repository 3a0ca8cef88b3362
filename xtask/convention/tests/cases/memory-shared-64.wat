;; R004: two faults of one memory, both reported.
(module
  (func $_initialize)
  (memory (export "memory") i64 1 2 shared)
  (export "_initialize" (func $_initialize)))

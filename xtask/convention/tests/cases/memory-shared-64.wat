;; R004: two faults of one memory, both told.
(module
  (func $_initialize)
  (memory (export "memory") i64 1 2 shared)
  (export "_initialize" (func $_initialize)))

;; R009: a contract of a later Polyreactor is an error, because its meaning is unknown.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f"))
  (@custom "polyreactor.contract" "{\"schema\": 2, \"exports\": []}"))

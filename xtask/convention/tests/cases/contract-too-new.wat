;; R009: what is written for a later Polyreactor is not guessed at.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f"))
  (@custom "polyreactor.contract" "{\"schema\": 2, \"exports\": []}"))

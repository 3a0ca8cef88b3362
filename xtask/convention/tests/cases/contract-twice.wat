;; R009: two contracts are an error, because neither takes precedence.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f"))
  (@custom "polyreactor.contract" "{\"schema\": 1, \"exports\": {\"f\": \"()\"}}")
  (@custom "polyreactor.contract" "{\"schema\": 1, \"exports\": {\"f\": \"()\"}}"))

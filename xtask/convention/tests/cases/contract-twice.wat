;; R009: of two contracts, which one?
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f"))
  (@custom "polyreactor.contract" "{\"schema\": 1, \"exports\": {\"f\": \"()\"}}")
  (@custom "polyreactor.contract" "{\"schema\": 1, \"exports\": {\"f\": \"()\"}}"))

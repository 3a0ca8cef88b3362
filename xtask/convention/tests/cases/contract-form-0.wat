;; R009: there never was a form 0.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f"))
  (@custom "polyreactor.contract" "{\"schema\": 0, \"exports\": {}}"))

;; R009: a section that holds no contract is an error, whatever the module exports.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "f"))
  (@custom "polyreactor.contract" "{\"schema\": 1, \"exports\": {\"f\": \"(\"}}"))

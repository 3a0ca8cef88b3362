;; R013: an own name that another export has, or none at all.
(module
  (func $_initialize (export "_initialize"))
  (func (export "polyreactor-export:exp"))
  (func (export "exp"))
  (func (export "polyreactor-export:"))
  (func (export "polyreactor-export:memory"))
  (func (export "polyreactor-export:read"))
  (memory (export "memory") 1))

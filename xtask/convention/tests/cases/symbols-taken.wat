;; R013: the own name is that of another export, or empty.
(module
  (func $_initialize (export "_initialize"))
  (func (export "polyreactor-export:exp"))
  (func (export "exp"))
  (func (export "polyreactor-export:"))
  (func (export "polyreactor-export:memory"))
  (func (export "polyreactor-export:read"))
  (memory (export "memory") 1))

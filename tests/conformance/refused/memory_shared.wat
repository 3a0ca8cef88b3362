;; A shared memory that the module itself defines.
;; ERROR: shared between threads
(module
  (memory (export "memory") 1 2 shared)
  (func (export "_initialize"))
  (func (export "f")))

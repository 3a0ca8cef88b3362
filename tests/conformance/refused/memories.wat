;; Two memories.
;; ERROR: more than one linear memory
(module
  (memory (export "memory") 1)
  (memory 1)
  (func (export "_initialize"))
  (func (export "f")))

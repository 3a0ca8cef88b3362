;; No memory.
;; ERROR: no linear memory
(module
  (func (export "_initialize"))
  (func (export "f")))

;; A memory of its own that is shared between threads.
;; ERROR: shared between threads
(module
  (memory (export "memory") 1 2 shared)
  (func (export "_initialize"))
  (func (export "f")))

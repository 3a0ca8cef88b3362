;; A memory with 64-bit addresses.
;; ERROR: 64-bit addresses
(module
  (memory (export "memory") i64 1)
  (func (export "_initialize"))
  (func (export "f")))

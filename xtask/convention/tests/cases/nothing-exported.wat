;; R009: what Zig makes without `-rdynamic`.
(module
  (func $_initialize)
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize)))

;; R009: the output of Zig without `-rdynamic`.
(module
  (func $_initialize)
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize)))

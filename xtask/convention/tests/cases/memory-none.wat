;; R004: WASI passes everything through a memory.
(module
  (func $_initialize)
  (export "_initialize" (func $_initialize)))

;; R004: two memories, neither exported as `memory`.
(module
  (func $_initialize)
  (memory 1)
  (memory 1)
  (export "_initialize" (func $_initialize)))

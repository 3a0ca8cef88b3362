;; R005: nobody can tell what a call through a table reaches.
(module
  (func $main i32.const 0 call_indirect)
  (func $_initialize)
  (table 1 funcref)
  (elem (i32.const 0) $_initialize)
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize))
  (start $main))

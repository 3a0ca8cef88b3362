;; R005: an indirect call may reach an import.
(module
  (func $main i32.const 0 call_indirect)
  (func $_initialize)
  (table 1 funcref)
  (elem (i32.const 0) $_initialize)
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize))
  (start $main))

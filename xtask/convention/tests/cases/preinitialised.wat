;; R010: a snapshot taken after `_initialize`.
(module
  (@custom "polyreactor.preinit" "")
  (func $_initialize)
  (func $get (result i32) i32.const 20)
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize))
  (export "get" (func $get)))

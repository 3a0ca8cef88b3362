;; R013: exports get their own names in place of link-time symbols, and nothing else changes.
;; CALLS: exp(2) = 3; read(2) = 4
(module
  (func $_initialize (export "_initialize"))
  (func $polyreactor-export:exp (export "polyreactor-export:exp") (param i32) (result i32)
    local.get 0 i32.const 1 i32.add)
  (func $polyreactor-export:read (export "polyreactor-export:read") (param i32) (result i32)
    local.get 0 i32.const 2 i32.add)
  (func $exp (param f64) (result f64) local.get 0)
  (memory (export "memory") 1))

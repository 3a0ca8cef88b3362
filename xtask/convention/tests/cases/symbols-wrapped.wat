;; R013 beside R001 and R003: a Rust plugin that cargo built.
;; CALLS: exp(1) = 21; exp(21) = 42, was 62
(module
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (func $__wasm_call_ctors
    (global.set $s (i32.add (global.get $s) (i32.const 20))))
  (func $polyreactor-export:exp (param i32) (result i32)
    (global.set $s (i32.add (global.get $s) (local.get 0)))
    (global.get $s))
  (func $polyreactor-export:exp.command_export (param i32) (result i32)
    call $__wasm_call_ctors
    local.get 0
    call $polyreactor-export:exp)
  (export "polyreactor-export:exp" (func $polyreactor-export:exp.command_export)))

;; The output of rustc before 1.100 for a crate that uses std and has no constructor.
;; CALLS: get() = 7; double(21) = 42
(module
  (func $get (result i32) i32.const 7)
  (func $double (param i32) (result i32) local.get 0 local.get 0 i32.add)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $get.command_export (result i32) call $get call $__wasm_call_dtors)
  (func $double.command_export (param i32) (result i32)
    local.get 0 call $double call $__wasm_call_dtors)
  (memory (export "memory") 1)
  (export "get" (func $get.command_export))
  (export "double" (func $double.command_export)))

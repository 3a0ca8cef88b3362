;; `wasm-opt -g --asyncify` adds exports without names, which are not wrapped. Functions with the
;; linker's names for wrappers are wrappers, whatever other exports there are.
;; CALLS: get() = 7; double(21) = 42; asyncify_get_state() = 0
(module
  (func $get (result i32) i32.const 7)
  (func $double (param i32) (result i32) local.get 0 local.get 0 i32.add)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $get.command_export (result i32) (local i32)
    call $get local.set 0 call $__wasm_call_dtors local.get 0)
  (func $double.command_export (param i32) (result i32) (local i32)
    local.get 0 call $double local.set 1 call $__wasm_call_dtors local.get 1)
  (func (param i32) i32.const 1 global.set $state local.get 0 global.set $data)
  (func i32.const 0 global.set $state)
  (func (result i32) global.get $state)
  (memory (export "memory") 1)
  (global $state (mut i32) (i32.const 0))
  (global $data (mut i32) (i32.const 0))
  (export "get" (func $get.command_export))
  (export "double" (func $double.command_export))
  (export "asyncify_start_unwind" (func 6))
  (export "asyncify_stop_unwind" (func 7))
  (export "asyncify_get_state" (func 8)))

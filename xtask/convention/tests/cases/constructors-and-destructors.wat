;; The output of rustc before 1.100 with a constructor: parameters of every type, no result, several
;; results.
;; CALLS: add(1, 2, 3, 4) = 1; both() = (20, 20); reset() = (); both() = (0, 0), was (20, 20)
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $add (param i32 i64 f32 f64) (result i32) local.get 0)
  (func $reset i32.const 0 global.set $s)
  (func $both (result i32 i32) global.get $s global.get $s)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $add.command_export (param i32 i64 f32 f64) (result i32)
    call $__wasm_call_ctors
    local.get 0 local.get 1 local.get 2 local.get 3 call $add
    call $__wasm_call_dtors)
  (func $reset.command_export
    call $__wasm_call_ctors call $reset call $__wasm_call_dtors)
  (func $both.command_export (result i32 i32)
    call $__wasm_call_ctors call $both call $__wasm_call_dtors)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "add" (func $add.command_export))
  (export "reset" (func $reset.command_export))
  (export "both" (func $both.command_export)))

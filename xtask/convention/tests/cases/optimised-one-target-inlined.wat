;; An optimiser has inlined $get into its wrapper, but not $inc.
;; CALLS: inc(1) = 21; inc(21) = 42, was 41; get() = 42, was 20
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $inc (param i32) (result i32)
    global.get $s local.get 0 i32.add global.set $s global.get $s)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $get.command_export (result i32)
    (local i32)
    call $__wasm_call_ctors
    global.get $s local.set 0
    call $__wasm_call_dtors
    local.get 0)
  (func $inc.command_export (param i32) (result i32)
    call $__wasm_call_ctors local.get 0 call $inc call $__wasm_call_dtors)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "get" (func $get.command_export))
  (export "inc" (func $inc.command_export)))

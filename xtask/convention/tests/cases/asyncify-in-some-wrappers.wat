;; The state of shipped modules after `--asyncify`: one wrapper is unchanged, the other first tests
;; whether the stack is being unwound. Both still call the destructors, and no other function does.
(module
  (import "host" "wait" (func $wait (result i32)))
  (func $size (result i32) i32.const 7)
  (func $run (result i32) call $wait)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $size.command_export (result i32) (local i32)
    call $size local.set 0 call $__wasm_call_dtors local.get 0)
  (func $run.command_export (result i32) (local i32)
    global.get $state i32.const 2 i32.eq
    if nop end
    call $run local.set 0
    global.get $state i32.const 1 i32.eq
    if i32.const 0 return end
    call $__wasm_call_dtors local.get 0 return)
  (func (result i32) global.get $state)
  (memory (export "memory") 1)
  (global $state (mut i32) (i32.const 0))
  (export "size" (func $size.command_export))
  (export "run" (func $run.command_export))
  (export "asyncify_get_state" (func 7)))

;; The state of shipped modules after `--asyncify`: a function that calls an import first tests
;; whether the stack is being unwound, so nothing shows any more that it is a wrapper.
(module
  (import "host" "wait" (func $wait (result i32)))
  (func $get (result i32) global.get $state i32.eqz if (result i32) call $wait else i32.const 0 end)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $get.command_export (result i32) (local i32)
    global.get $state i32.const 2 i32.eq
    if nop end
    call $get local.set 0
    global.get $state i32.const 1 i32.eq
    if i32.const 0 return end
    call $__wasm_call_dtors local.get 0 return)
  (func (result i32) global.get $state)
  (memory (export "memory") 1)
  (global $state (mut i32) (i32.const 0))
  (export "get" (func $get.command_export))
  (export "asyncify_get_state" (func 5)))

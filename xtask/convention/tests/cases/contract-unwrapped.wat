;; R003 with a contract: `patch` takes the wrapping out and keeps the section.
;; CALLS: inc(1) = 1; inc(21) = 21
(module
  (memory (export "memory") 1)
  (func $__wasm_call_ctors call $register)
  (func $register)
  (func $__wasm_call_dtors)
  (func $inc (param i32) (result i32) local.get 0)
  (func $inc.command_export (param i32) (result i32)
    call $__wasm_call_ctors
    local.get 0
    call $inc
    call $__wasm_call_dtors)
  (export "inc" (func $inc.command_export))
  (@custom "polyreactor.contract" "{\"schema\":1,\"exports\":{\"inc\":\"(by: s32) -> s32\"}}"))

;; A wrapped module after `wasm-opt -O1`. The names show the wrapping; without names, a compiler
;; writes the same for `lock; work; unlock`.
;; CALLS: inc(1) = 21; inc(21) = 42, was 41
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $inc (param i32) (result i32)
    global.get $s local.get 0 i32.add global.set $s global.get $s)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $inc.command_export (param i32) (result i32)
    call $__wasm_call_ctors
    local.get 0 call $inc local.set 0
    call $__wasm_call_dtors
    local.get 0)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "inc" (func $inc.command_export)))

;; The wrappers have lost their names. All of them call libc's destructors last, and no other
;; function does: that shows that they are wrappers.
;; CALLS: get() = 7; double(21) = 42
(module
  (func $get_seven (result i32) i32.const 7)
  (func $twice (param i32) (result i32) local.get 0 local.get 0 i32.add)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $get (result i32) call $get_seven call $__wasm_call_dtors)
  (func (export "double") (param i32) (result i32)
    local.get 0 call $twice call $__wasm_call_dtors)
  (memory (export "memory") 1)
  (export "get" (func $get)))

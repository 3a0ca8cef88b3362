;; `call a; call b` can be "constructors, function" or "function, destructors". It is the former
;; here: the first function only calls functions that no other function calls.
;; CALLS: run() = ()
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $run global.get $s i32.const 1 i32.add global.set $s)
  (func $run.command_export call $__wasm_call_ctors call $run)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "run" (func $run.command_export)))

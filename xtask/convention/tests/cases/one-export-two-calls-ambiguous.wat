;; Either of the two callees could be the wrapped function; only the names show that it is $run.
;; CALLS: run() = ()
(module
  (func $run call $help)
  (func $help i32.const 1 global.set $s)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $run.command_export call $run call $__wasm_call_dtors)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "run" (func $run.command_export)))

;; R003: `wasm-opt --log-execution` instrumented the wrappers and the destructors function of a
;; module without names, so that no export begins or ends with their calls.
(module
  (import "env" "log_execution" (func $fimport$0 (param i32)))
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 20))
  (func $0 (call $fimport$0 (i32.const 0)) call $1)
  (func $1 (call $fimport$0 (i32.const 1)))
  (func $2 (param i32) (result i32)
    (call $fimport$0 (i32.const 2))
    (global.set $s (i32.add (global.get $s) (local.get 0)))
    (return (global.get $s)))
  (func $3 (result i32)
    (call $fimport$0 (i32.const 3))
    (return (global.get $s)))
  (func $4 (param i32) (result i32) (local i32)
    (call $fimport$0 (i32.const 4))
    (local.set 1 (call $2 (local.get 0)))
    call $0
    (call $fimport$0 (i32.const 5))
    (return (local.get 1)))
  (func $5 (result i32) (local i32)
    (call $fimport$0 (i32.const 6))
    (local.set 0 (call $3))
    call $0
    (call $fimport$0 (i32.const 7))
    (return (local.get 0)))
  (export "inc" (func $4))
  (export "get" (func $5)))

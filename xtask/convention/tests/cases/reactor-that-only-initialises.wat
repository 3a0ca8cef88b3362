;; The output with an early crt1-reactor.o: the single call in it must not count as a wrapper's.
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $_initialize call $__wasm_call_ctors)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "_initialize" (func $_initialize)))

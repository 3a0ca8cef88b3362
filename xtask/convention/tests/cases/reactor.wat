;; The output with crt1-reactor.o, which `zig cc -mexec-model=reactor` and Rust from 1.100 on link.
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $_initialize
    block
      global.get $done br_if 0
      i32.const 1 global.set $done
      call $__wasm_call_ctors
      return
    end
    unreachable)
  (func $inc (param i32) (result i32) global.get $s local.get 0 i32.add)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (global $done (mut i32) (i32.const 0))
  (export "_initialize" (func $_initialize))
  (export "inc" (func $inc)))

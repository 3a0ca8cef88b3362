;; Like destructors-only, but without a result that would distinguish the linker's code from a
;; compiler's.
;; CALLS: tick(1) = ()
(module
  (func $tick (param i32) local.get 0 global.set $s)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $tick.command_export (param i32) local.get 0 call $tick call $__wasm_call_dtors)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "tick" (func $tick.command_export)))

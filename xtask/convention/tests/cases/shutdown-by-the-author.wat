;; The author's export runs libc's destructors. The names show that nothing is wrapped; without
;; names, the export has the form of the linker's wrappers.
;; CALLS: get() = 7; shutdown() = ()
(module
  (func $flush)
  (func $dummy)
  (func $__wasm_call_dtors call $dummy call $dummy)
  (func $get (result i32) i32.const 7)
  (func $shutdown call $flush call $__wasm_call_dtors)
  (memory (export "memory") 1)
  (export "get" (func $get))
  (export "shutdown" (func $shutdown)))

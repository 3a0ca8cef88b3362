;; R002: a command runs its constructors in `_start`, so R002 is the only diagnostic.
(module
  (memory (export "memory") 1)
  (func $__wasm_call_ctors call $register)
  (func $register)
  (func $_start call $__wasm_call_ctors)
  (export "_start" (func $_start)))

;; A dynamic library, as `wasm-ld -shared` writes it.
;; ERROR: dynamic library
(module
  (@dylink.0 (mem-info (memory 4 2)))
  (import "env" "memory" (memory 1))
  (import "env" "__memory_base" (global $base i32))
  (func (export "__wasm_call_ctors"))
  (func (export "f") (result i32) (global.get $base)))

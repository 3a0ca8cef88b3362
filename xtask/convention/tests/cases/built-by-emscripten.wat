;; The output of Emscripten with `-O3`, whose glue knows the minified names.
(module
  (import "a" "a" (func (param i32 i32)))
  (import "a" "b" (func (param i32) (result i32)))
  (memory (export "c") 256 256)
  (func (export "d"))
  (func (export "e") (param i32) (result i32) local.get 0))

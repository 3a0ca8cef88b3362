;; A command, by hand: what C and Rust compilers make of `main`.
;; ERROR: R002
(module
  (memory (export "memory") 1)
  (func $f (export "f"))
  (func $_start (export "_start") (call $f)))

;; A command, as C and Rust compilers make it of `main`; written by hand.
;; ERROR: R002
(module
  (memory (export "memory") 1)
  (func $f (export "f"))
  (func $_start (export "_start") (call $f)))

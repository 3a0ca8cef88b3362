;; R003: a tool added one named function to a module without names and generated all other names.
;; CALLS: inc(1) = 21; get() = 21; inc(21) = 42
(module
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 20))
  (func $0 call $1)
  (func $1)
  (func $2 (param i32) (result i32)
    (global.set $s (i32.add (global.get $s) (local.get 0)))
    (global.get $s))
  (func $3 (result i32) global.get $s)
  (func $byn$helper (result i32) i32.const 7)
  (func $inc (param i32) (result i32)
    local.get 0
    call $2
    call $0)
  (func $get (result i32)
    call $3
    call $0)
  (export "inc" (func $inc))
  (export "get" (func $get)))

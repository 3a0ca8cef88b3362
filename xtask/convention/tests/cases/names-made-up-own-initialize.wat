;; Like names-made-up, with an `_initialize` of the author, which is wrapped like the other exports:
;; not a reactor.
(module
  (func $0 call $1)
  (func $1 i32.const 20 global.set $s)
  (func $2 global.get $s i32.const 100 i32.add global.set $s)
  (func $3 (param i32) (result i32)
    global.get $s local.get 0 i32.add global.set $s global.get $s)
  (func $4)
  (func $5 call $4 call $4)
  (func $6 call $0 call $2 call $5)
  (func $7 (param i32) (result i32) (local i32)
    call $0 local.get 0 call $3 local.set 1 call $5 local.get 1)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "_initialize" (func $6))
  (export "inc" (func $7)))

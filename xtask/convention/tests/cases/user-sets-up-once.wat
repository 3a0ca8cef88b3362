;; Most exports begin with the same call, and the callee has a once-guard: it does not count as the
;; linker's constructors function.
;; CALLS: inc(1) = 21; get() = 21; version() = 3
(module
  (global $ready (mut i32) (i32.const 0))
  (func $ensure_ready
    (if (i32.eqz (global.get $ready))
      (then (global.set $ready (i32.const 1)) (i32.store (i32.const 8) (i32.const 20)))))
  (func $inc (param i32) (result i32)
    call $ensure_ready
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0)))
    (i32.load (i32.const 8)))
  (func $get (result i32) call $ensure_ready (i32.load (i32.const 8)))
  (func $version (result i32) i32.const 3)
  (memory (export "memory") 1)
  (export "inc" (func $inc))
  (export "get" (func $get))
  (export "version" (func $version)))

;; A module that `patch` of any version wrote is never changed again, whatever it looks like.
(module
  (func $lock i32.const 1 global.set $s)
  (func $unlock i32.const 0 global.set $s)
  (func $set_up i32.const 20 global.set $s)
  (func $read (result i32) global.get $s)
  (func $locked_set_up call $lock call $set_up call $unlock)
  (func $locked_read (result i32) call $lock call $read call $unlock)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "_initialize" (func $locked_set_up))
  (export "read" (func $locked_read))
  (@producers (processed-by "polyreactor" "0.0.1")))

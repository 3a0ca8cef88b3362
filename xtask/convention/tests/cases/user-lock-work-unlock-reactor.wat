;; Like user-lock-work-unlock, in a reactor: `_initialize` is not wrapped, so no export is.
(module
  (func $lock i32.const 1 global.set $s)
  (func $unlock i32.const 0 global.set $s)
  (func $read (result i32) global.get $s)
  (func $_initialize i32.const 20 global.set $s)
  (func $locked_read (result i32) call $lock call $read call $unlock)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "_initialize" (func $_initialize))
  (export "read" (func $locked_read)))

;; An author's functions of a wrapper's shape. The names show that nothing is wrapped; without them
;; it cannot be decided, so `patch` refuses.
;; CALLS: write(7) = 7; read() = 1
(module
  (func $lock i32.const 1 global.set $s)
  (func $unlock i32.const 0 global.set $s)
  (func $read (result i32) global.get $s)
  (func $write (param i32) (result i32) local.get 0)
  (func $locked_read (result i32) call $lock call $read call $unlock)
  (func $locked_write (param i32) (result i32) call $lock local.get 0 call $write call $unlock)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "read" (func $locked_read))
  (export "write" (func $locked_write)))

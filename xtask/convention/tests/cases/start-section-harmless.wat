;; R005: a start section that reaches no import is a note.
(module
  (func $set_up i32.const 1 global.set $s)
  (func $_initialize)
  (global $s (mut i32) (i32.const 0))
  (memory (export "memory") 1)
  (export "_initialize" (func $_initialize))
  (start $set_up))

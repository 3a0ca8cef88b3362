;; The only export begins with a call of a function that other code calls too. Only wrappers call
;; the linker's constructors function, so the export is clean.
;; CALLS: run() = 2; run() = 4
(module
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (func $tick global.get $s i32.const 1 i32.add global.set $s)
  (func $twice call $tick)
  (func $run (result i32) call $tick call $twice global.get $s)
  (export "run" (func $run)))

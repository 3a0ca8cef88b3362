;; R005: the output of AssemblyScript with a start section. After patching, `_initialize` runs that
;; code, when the host can serve it.
;; CALLS: get() = 21
(module
  (type $plain (func))
  (memory (export "memory") 1)
  (table 1 funcref)
  (elem (i32.const 0) $add)
  (global $s (mut i32) (i32.const 1))
  (func $add global.get $s i32.const 20 i32.add global.set $s)
  (func $start (call_indirect (type $plain) (i32.const 0)))
  (func $get (result i32) global.get $s)
  (start $start)
  (export "get" (func $get)))

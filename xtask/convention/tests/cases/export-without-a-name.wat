;; R008: an empty name. Messages quote it, and the two names with blanks.
;; CALLS: named() = ()
(module
  (memory (export "memory") 1)
  (func $f)
  (func $__wasm_call_dtors)
  (func $f.command_export call $f call $__wasm_call_dtors)
  (export "" (func $f.command_export))
  (export " led by a blank" (func $f.command_export))
  (export "named" (func $f.command_export)))

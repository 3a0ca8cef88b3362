;; Zig with a constructor, or a no_std crate with one: without libc there are no destructors.
;; CALLS: inc(1) = 21; inc(21) = 42, was 41; get() = 42, was 20
(module
  (func $__wasm_call_ctors call $register)
  (func $register i32.const 20 global.set $s)
  (func $get (result i32) global.get $s)
  (func $inc (param i32) (result i32)
    global.get $s local.get 0 i32.add global.set $s global.get $s)
  (func $get.command_export (result i32) call $__wasm_call_ctors call $get)
  (func $inc.command_export (param i32) (result i32)
    call $__wasm_call_ctors local.get 0 call $inc)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "get" (func $get.command_export))
  (export "inc" (func $inc.command_export)))

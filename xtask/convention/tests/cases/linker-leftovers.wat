;; R006: leftovers are recognised by an exact list. Exports of the author stay, whatever their
;; names.
;; CALLS: inc(1) = 1; __private(2) = 2; a:b/c#d(3) = 3
(module
  (func $_initialize)
  (func $inc (param i32) (result i32) local.get 0)
  (func $__ubsan_handle_add_overflow (param i32 i32))
  (memory (export "memory") 1)
  (global $__heap_base i32 (i32.const 1024))
  (global $MINE i32 (i32.const 2048))
  (table $t (export "__indirect_function_table") 1 funcref)
  (export "_initialize" (func $_initialize))
  (export "inc" (func $inc))
  (export "__private" (func $inc))
  (export "__heap_base" (global $__heap_base))
  (export "MINE" (global $MINE))
  (export "cabi_realloc" (func $inc))
  (export "a:b/c#d" (func $inc))
  (export "__ubsan_handle_add_overflow" (func $__ubsan_handle_add_overflow)))

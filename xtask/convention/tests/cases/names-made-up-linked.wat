;; `wasm2wat --generate-names` and `wat2wasm --debug-names` name an exported function like its
;; export, and the others by their numbers. The bodies are those that the linker wrote.
;; CALLS: inc(1) = 21; inc(21) = 42, was 41
(module
  (func $f0 call $f1)
  (func $f1 i32.const 20 global.set $s)
  (func $f2 (param i32) (result i32)
    global.get $s local.get 0 i32.add global.set $s global.get $s)
  (func $f3)
  (func $f4 call $f3 call $f3)
  (func $inc (param i32) (result i32) call $f0 local.get 0 call $f2 call $f4)
  (memory (export "memory") 1)
  (global $s (mut i32) (i32.const 0))
  (export "inc" (func $inc)))

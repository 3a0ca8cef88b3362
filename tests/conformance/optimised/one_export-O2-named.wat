;; BASE: rust/one_export plain
;; FLAGS: -O2 -g
(module $guest.wasm
  (type (;0;) (func (param i32) (result i32)))
  (memory (;0;) 17)
  (export "memory" (memory 0))
  (export "inc" (func $inc.command_export))
  (func $inc.command_export (;0;) (type 0) (param i32) (result i32)
    i32.const 1048576
    i32.const 1048576
    i32.load
    i32.const 20
    i32.add
    i32.store
    i32.const 1048576
    i32.const 1048576
    i32.load
    local.get 0
    i32.add
    local.tee 0
    i32.store
    local.get 0
  )
  (@producers
    (language "Rust" "")
    (language "C11" "")
    (processed-by "rustc" "1.95.0 (59807616e 2026-04-14)")
    (processed-by "clang" "21.1.4-wasi-sdk (https://github.com/llvm/llvm-project 222fc11f2b8f25f6a0f4976272ef1bb7bf49521d)")
  )
  (@custom "target_features" (after code) "\09+\0fmutable-globals+\13nontrapping-fptoint+\0bbulk-memory+\08sign-ext+\0freference-types+\0amultivalue+\0eextended-const+\0fbulk-memory-opt+\16call-indirect-overlong")
)

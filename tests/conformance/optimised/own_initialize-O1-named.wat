;; BASE: rust/own_initialize plain
;; FLAGS: -O1 -g
(module $guest.wasm
  (type (;0;) (func))
  (type (;1;) (func (param i32) (result i32)))
  (type (;2;) (func (result i32)))
  (memory (;0;) 17)
  (export "memory" (memory 0))
  (export "_initialize" (func $_initialize.command_export))
  (export "inc" (func $inc.command_export))
  (export "sets_up" (func $sets_up.command_export))
  (func $__wasm_call_ctors (;0;) (type 0)
    call $_ZN14own_initialize6set_up17hfd81b54cac47fc1fE
  )
  (func $_ZN14own_initialize6set_up17hfd81b54cac47fc1fE (;1;) (type 0)
    i32.const 1048576
    i32.const 1048576
    i32.load
    i32.const 20
    i32.add
    i32.store
    i32.const 1048580
    i32.const 1048580
    i32.load
    i32.const 1
    i32.add
    i32.store
  )
  (func $_initialize (;2;) (type 0)
    i32.const 1048576
    i32.const 1048576
    i32.load
    i32.const 100
    i32.add
    i32.store
  )
  (func $inc (;3;) (type 1) (param i32) (result i32)
    i32.const 1048576
    i32.const 1048576
    i32.load
    local.get 0
    i32.add
    local.tee 0
    i32.store
    local.get 0
  )
  (func $sets_up (;4;) (type 2) (result i32)
    i32.const 1048580
    i32.load
  )
  (func $dummy (;5;) (type 0)
    nop
  )
  (func $__wasm_call_dtors (;6;) (type 0)
    call $dummy
    call $dummy
  )
  (func $_initialize.command_export (;7;) (type 0)
    call $__wasm_call_ctors
    call $_initialize
    call $__wasm_call_dtors
  )
  (func $inc.command_export (;8;) (type 1) (param i32) (result i32)
    call $__wasm_call_ctors
    local.get 0
    call $inc
    local.set 0
    call $__wasm_call_dtors
    local.get 0
  )
  (func $sets_up.command_export (;9;) (type 2) (result i32)
    (local i32)
    call $__wasm_call_ctors
    call $sets_up
    local.set 0
    call $__wasm_call_dtors
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

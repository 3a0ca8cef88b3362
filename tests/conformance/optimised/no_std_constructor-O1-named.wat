;; BASE: rust/no_std_constructor plain
;; FLAGS: -O1 -g
(module $guest.wasm
  (type (;0;) (func))
  (type (;1;) (func (param i32) (result i32)))
  (type (;2;) (func (result i32)))
  (memory (;0;) 17)
  (export "memory" (memory 0))
  (export "inc" (func $inc.command_export))
  (export "sets_up" (func $sets_up.command_export))
  (func $__wasm_call_ctors (;0;) (type 0)
    call $_ZN18no_std_constructor6set_up17hb905228b4127654cE
  )
  (func $_ZN18no_std_constructor6set_up17hb905228b4127654cE (;1;) (type 0)
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
  (func $inc (;2;) (type 1) (param i32) (result i32)
    i32.const 1048576
    i32.const 1048576
    i32.load
    local.get 0
    i32.add
    local.tee 0
    i32.store
    local.get 0
  )
  (func $sets_up (;3;) (type 2) (result i32)
    i32.const 1048580
    i32.load
  )
  (func $inc.command_export (;4;) (type 1) (param i32) (result i32)
    call $__wasm_call_ctors
    local.get 0
    call $inc
  )
  (func $sets_up.command_export (;5;) (type 2) (result i32)
    call $__wasm_call_ctors
    call $sets_up
  )
  (@producers
    (processed-by "rustc" "1.95.0 (59807616e 2026-04-14)")
  )
  (@custom "target_features" (after code) "\08+\0fmutable-globals+\13nontrapping-fptoint+\0bbulk-memory+\08sign-ext+\0freference-types+\0amultivalue+\0fbulk-memory-opt+\16call-indirect-overlong")
)

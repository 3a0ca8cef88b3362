;; BASE: rust/no_std_constructor plain
;; FLAGS: -O3 -g
(module $guest.wasm
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func (result i32)))
  (memory (;0;) 17)
  (export "memory" (memory 0))
  (export "inc" (func $inc.command_export))
  (export "sets_up" (func $sets_up.command_export))
  (func $inc.command_export (;0;) (type 0) (param i32) (result i32)
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
    i32.const 1048576
    i32.const 1048576
    i32.load
    local.get 0
    i32.add
    local.tee 0
    i32.store
    local.get 0
  )
  (func $sets_up.command_export (;1;) (type 1) (result i32)
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
    i32.const 1048580
    i32.load
  )
  (@producers
    (processed-by "rustc" "1.95.0 (59807616e 2026-04-14)")
  )
  (@custom "target_features" (after code) "\08+\0fmutable-globals+\13nontrapping-fptoint+\0bbulk-memory+\08sign-ext+\0freference-types+\0amultivalue+\0fbulk-memory-opt+\16call-indirect-overlong")
)

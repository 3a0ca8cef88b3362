;; BASE: rust/own_initialize plain
;; FLAGS: --asyncify -g
(module $guest.wasm
  (type (;0;) (func))
  (type (;1;) (func (result i32)))
  (type (;2;) (func (param i32) (result i32)))
  (type (;3;) (func (param i32)))
  (table (;0;) 1 1 funcref)
  (memory (;0;) 17)
  (global $__stack_pointer (;0;) (mut i32) i32.const 1048576)
  (global (;1;) (mut i32) i32.const 0)
  (global (;2;) (mut i32) i32.const 0)
  (export "memory" (memory 0))
  (export "_initialize" (func $_initialize.command_export))
  (export "inc" (func $inc.command_export))
  (export "sets_up" (func $sets_up.command_export))
  (export "asyncify_start_unwind" (func 10))
  (export "asyncify_stop_unwind" (func 11))
  (export "asyncify_start_rewind" (func 12))
  (export "asyncify_stop_rewind" (func 13))
  (export "asyncify_get_state" (func 14))
  (func $__wasm_call_ctors (;0;) (type 0)
    call $_ZN14own_initialize6set_up17hfd81b54cac47fc1fE
  )
  (func $_ZN14own_initialize6set_up17hfd81b54cac47fc1fE (;1;) (type 0)
    i32.const 0
    i32.const 0
    i32.load offset=1048576
    i32.const 20
    i32.add
    i32.store offset=1048576
    i32.const 0
    i32.const 0
    i32.load offset=1048580
    i32.const 1
    i32.add
    i32.store offset=1048580
  )
  (func $_initialize (;2;) (type 0)
    i32.const 0
    i32.const 0
    i32.load offset=1048576
    i32.const 100
    i32.add
    i32.store offset=1048576
  )
  (func $inc (;3;) (type 2) (param i32) (result i32)
    i32.const 0
    i32.const 0
    i32.load offset=1048576
    local.get 0
    i32.add
    local.tee 0
    i32.store offset=1048576
    local.get 0
  )
  (func $sets_up (;4;) (type 1) (result i32)
    i32.const 0
    i32.load offset=1048580
  )
  (func $dummy (;5;) (type 0))
  (func $__wasm_call_dtors (;6;) (type 0)
    call $dummy
    call $dummy
  )
  (func $_initialize.command_export (;7;) (type 0)
    call $__wasm_call_ctors
    call $_initialize
    call $__wasm_call_dtors
  )
  (func $inc.command_export (;8;) (type 2) (param i32) (result i32)
    (local $scratch i32)
    call $__wasm_call_ctors
    local.get 0
    call $inc
    local.set $scratch
    call $__wasm_call_dtors
    local.get $scratch
  )
  (func $sets_up.command_export (;9;) (type 1) (result i32)
    (local $scratch i32)
    call $__wasm_call_ctors
    call $sets_up
    local.set $scratch
    call $__wasm_call_dtors
    local.get $scratch
  )
  (func (;10;) (type 3) (param i32)
    i32.const 1
    global.set 1
    local.get 0
    global.set 2
    global.get 2
    i32.load
    global.get 2
    i32.load offset=4
    i32.gt_u
    if ;; label = @1
      unreachable
    end
  )
  (func (;11;) (type 0)
    i32.const 0
    global.set 1
    global.get 2
    i32.load
    global.get 2
    i32.load offset=4
    i32.gt_u
    if ;; label = @1
      unreachable
    end
  )
  (func (;12;) (type 3) (param i32)
    i32.const 2
    global.set 1
    local.get 0
    global.set 2
    global.get 2
    i32.load
    global.get 2
    i32.load offset=4
    i32.gt_u
    if ;; label = @1
      unreachable
    end
  )
  (func (;13;) (type 0)
    i32.const 0
    global.set 1
    global.get 2
    i32.load
    global.get 2
    i32.load offset=4
    i32.gt_u
    if ;; label = @1
      unreachable
    end
  )
  (func (;14;) (type 1) (result i32)
    global.get 1
  )
  (@producers
    (language "Rust" "")
    (language "C11" "")
    (processed-by "rustc" "1.95.0 (59807616e 2026-04-14)")
    (processed-by "clang" "21.1.4-wasi-sdk (https://github.com/llvm/llvm-project 222fc11f2b8f25f6a0f4976272ef1bb7bf49521d)")
  )
  (@custom "target_features" (after code) "\09+\0fmutable-globals+\13nontrapping-fptoint+\0bbulk-memory+\08sign-ext+\0freference-types+\0amultivalue+\0eextended-const+\0fbulk-memory-opt+\16call-indirect-overlong")
)

;; BASE: rust/destructors_only plain
;; FLAGS: --asyncify -g
(module $guest.wasm
  (type (;0;) (func))
  (type (;1;) (func (param i32 i32) (result i32)))
  (type (;2;) (func (param i32) (result i32)))
  (type (;3;) (func (param i32)))
  (type (;4;) (func (result i32)))
  (table (;0;) 1 1 funcref)
  (memory (;0;) 17)
  (global $__stack_pointer (;0;) (mut i32) i32.const 1048576)
  (global (;1;) (mut i32) i32.const 0)
  (global (;2;) (mut i32) i32.const 0)
  (export "memory" (memory 0))
  (export "add" (func $add.command_export))
  (export "inc" (func $inc.command_export))
  (export "asyncify_start_unwind" (func 6))
  (export "asyncify_stop_unwind" (func 7))
  (export "asyncify_start_rewind" (func 8))
  (export "asyncify_stop_rewind" (func 9))
  (export "asyncify_get_state" (func 10))
  (func $add (;0;) (type 1) (param i32 i32) (result i32)
    local.get 1
    local.get 0
    i32.add
  )
  (func $inc (;1;) (type 2) (param i32) (result i32)
    i32.const 0
    i32.const 0
    i32.load offset=1048576
    local.get 0
    i32.add
    local.tee 0
    i32.store offset=1048576
    local.get 0
  )
  (func $dummy (;2;) (type 0))
  (func $__wasm_call_dtors (;3;) (type 0)
    call $dummy
    call $dummy
  )
  (func $add.command_export (;4;) (type 1) (param i32 i32) (result i32)
    (local $scratch i32)
    local.get 0
    local.get 1
    call $add
    local.set $scratch
    call $__wasm_call_dtors
    local.get $scratch
  )
  (func $inc.command_export (;5;) (type 2) (param i32) (result i32)
    (local $scratch i32)
    local.get 0
    call $inc
    local.set $scratch
    call $__wasm_call_dtors
    local.get $scratch
  )
  (func (;6;) (type 3) (param i32)
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
  (func (;7;) (type 0)
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
  (func (;8;) (type 3) (param i32)
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
  (func (;9;) (type 0)
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
  (func (;10;) (type 4) (result i32)
    global.get 1
  )
  (data $.data (;0;) (i32.const 1048576) "\14\00\00\00")
  (@producers
    (language "Rust" "")
    (language "C11" "")
    (processed-by "rustc" "1.95.0 (59807616e 2026-04-14)")
    (processed-by "clang" "21.1.4-wasi-sdk (https://github.com/llvm/llvm-project 222fc11f2b8f25f6a0f4976272ef1bb7bf49521d)")
  )
  (@custom "target_features" (after data) "\09+\0fmutable-globals+\13nontrapping-fptoint+\0bbulk-memory+\08sign-ext+\0freference-types+\0amultivalue+\0eextended-const+\0fbulk-memory-opt+\16call-indirect-overlong")
)

;; BASE: rust/ctor plain patched
;; FLAGS: -O3
(module
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func (result i32)))
  (type (;2;) (func))
  (memory (;0;) 17)
  (global (;0;) (mut i32) i32.const 0)
  (export "memory" (memory 0))
  (export "inc" (func 0))
  (export "sets_up" (func 1))
  (export "_initialize" (func 2))
  (func (;0;) (type 0) (param i32) (result i32)
    i32.const 1048584
    i32.const 1048584
    i32.load
    local.get 0
    i32.add
    local.tee 0
    i32.store
    local.get 0
  )
  (func (;1;) (type 1) (result i32)
    i32.const 1048588
    i32.load
  )
  (func (;2;) (type 2)
    global.get 0
    if ;; label = @1
      unreachable
    end
    i32.const 1
    global.set 0
    i32.const 1048584
    i32.const 1048584
    i32.load
    i32.const 15
    i32.add
    i32.store
    i32.const 1048588
    i32.const 1048588
    i32.load
    i32.const 1
    i32.add
    i32.store
    i32.const 1048584
    i32.const 1048584
    i32.load
    i32.const 5
    i32.add
    i32.store
    i32.const 1048588
    i32.const 1048588
    i32.load
    i32.const 1
    i32.add
    i32.store
  )
  (@producers
    (language "Rust" "")
    (language "C11" "")
    (processed-by "rustc" "1.95.0 (59807616e 2026-04-14)")
    (processed-by "clang" "21.1.4-wasi-sdk (https://github.com/llvm/llvm-project 222fc11f2b8f25f6a0f4976272ef1bb7bf49521d)")
    (processed-by "polyreactor" "0.1.0")
  )
  (@custom "target_features" (after code) "\09+\0fmutable-globals+\13nontrapping-fptoint+\0bbulk-memory+\08sign-ext+\0freference-types+\0amultivalue+\0eextended-const+\0fbulk-memory-opt+\16call-indirect-overlong")
)

;; BASE: rust/destructors_only stripped
;; FLAGS: through-text
(module
  (type $0 (;0;) (func (param i32 i32) (result i32)))
  (type $1 (;1;) (func (param i32) (result i32)))
  (type $2 (;2;) (func))
  (table $0 (;0;) 1 1 funcref)
  (memory $0 (;0;) 17)
  (global $global$0 (;0;) (mut i32) i32.const 1048576)
  (export "memory" (memory $0))
  (export "add" (func $4))
  (export "inc" (func $5))
  (func $0 (;0;) (type $0) (param $0 i32) (param $1 i32) (result i32)
    local.get $1
    local.get $0
    i32.add
  )
  (func $1 (;1;) (type $1) (param $0 i32) (result i32)
    i32.const 0
    i32.const 0
    i32.load offset=1048576
    local.get $0
    i32.add
    local.tee $0
    i32.store offset=1048576
    local.get $0
  )
  (func $2 (;2;) (type $2))
  (func $3 (;3;) (type $2)
    call $2
    call $2
  )
  (func $4 (;4;) (type $0) (param $0 i32) (param $1 i32) (result i32)
    (local $scratch i32)
    local.get $0
    local.get $1
    call $0
    local.set $scratch
    call $3
    local.get $scratch
  )
  (func $5 (;5;) (type $1) (param $0 i32) (result i32)
    (local $scratch i32)
    local.get $0
    call $1
    local.set $scratch
    call $3
    local.get $scratch
  )
  (data $0 (;0;) (i32.const 1048576) "\14\00\00\00")
)

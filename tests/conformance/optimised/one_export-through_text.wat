;; BASE: rust/one_export stripped
;; FLAGS: through-text
(module
  (type $0 (;0;) (func))
  (type $1 (;1;) (func (param i32) (result i32)))
  (table $0 (;0;) 1 1 funcref)
  (memory $0 (;0;) 17)
  (global $global$0 (;0;) (mut i32) i32.const 1048576)
  (export "memory" (memory $0))
  (export "inc" (func $5))
  (func $0 (;0;) (type $0)
    call $1
  )
  (func $1 (;1;) (type $0)
    i32.const 0
    i32.const 0
    i32.load offset=1048576
    i32.const 20
    i32.add
    i32.store offset=1048576
  )
  (func $2 (;2;) (type $1) (param $0 i32) (result i32)
    i32.const 0
    i32.const 0
    i32.load offset=1048576
    local.get $0
    i32.add
    local.tee $0
    i32.store offset=1048576
    local.get $0
  )
  (func $3 (;3;) (type $0))
  (func $4 (;4;) (type $0)
    call $3
    call $3
  )
  (func $5 (;5;) (type $1) (param $0 i32) (result i32)
    (local $scratch i32)
    call $0
    local.get $0
    call $2
    local.set $scratch
    call $4
    local.get $scratch
  )
)

;; BASE: rust/own_initialize stripped
;; FLAGS: --asyncify
(module
  (type (;0;) (func))
  (type (;1;) (func (result i32)))
  (type (;2;) (func (param i32) (result i32)))
  (type (;3;) (func (param i32)))
  (table (;0;) 1 1 funcref)
  (memory (;0;) 17)
  (global (;0;) (mut i32) i32.const 1048576)
  (global (;1;) (mut i32) i32.const 0)
  (global (;2;) (mut i32) i32.const 0)
  (export "memory" (memory 0))
  (export "_initialize" (func 7))
  (export "inc" (func 8))
  (export "sets_up" (func 9))
  (export "asyncify_start_unwind" (func 10))
  (export "asyncify_stop_unwind" (func 11))
  (export "asyncify_start_rewind" (func 12))
  (export "asyncify_stop_rewind" (func 13))
  (export "asyncify_get_state" (func 14))
  (func (;0;) (type 0)
    call 1
  )
  (func (;1;) (type 0)
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
  (func (;2;) (type 0)
    i32.const 0
    i32.const 0
    i32.load offset=1048576
    i32.const 100
    i32.add
    i32.store offset=1048576
  )
  (func (;3;) (type 2) (param i32) (result i32)
    i32.const 0
    i32.const 0
    i32.load offset=1048576
    local.get 0
    i32.add
    local.tee 0
    i32.store offset=1048576
    local.get 0
  )
  (func (;4;) (type 1) (result i32)
    i32.const 0
    i32.load offset=1048580
  )
  (func (;5;) (type 0))
  (func (;6;) (type 0)
    call 5
    call 5
  )
  (func (;7;) (type 0)
    call 0
    call 2
    call 6
  )
  (func (;8;) (type 2) (param i32) (result i32)
    (local i32)
    call 0
    local.get 0
    call 3
    local.set 1
    call 6
    local.get 1
  )
  (func (;9;) (type 1) (result i32)
    (local i32)
    call 0
    call 4
    local.set 0
    call 6
    local.get 0
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
)

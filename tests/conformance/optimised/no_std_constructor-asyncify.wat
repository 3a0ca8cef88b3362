;; BASE: rust/no_std_constructor stripped
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
  (export "inc" (func 4))
  (export "sets_up" (func 5))
  (export "asyncify_start_unwind" (func 6))
  (export "asyncify_stop_unwind" (func 7))
  (export "asyncify_start_rewind" (func 8))
  (export "asyncify_stop_rewind" (func 9))
  (export "asyncify_get_state" (func 10))
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
  (func (;2;) (type 2) (param i32) (result i32)
    i32.const 0
    i32.const 0
    i32.load offset=1048576
    local.get 0
    i32.add
    local.tee 0
    i32.store offset=1048576
    local.get 0
  )
  (func (;3;) (type 1) (result i32)
    i32.const 0
    i32.load offset=1048580
  )
  (func (;4;) (type 2) (param i32) (result i32)
    call 0
    local.get 0
    call 2
  )
  (func (;5;) (type 1) (result i32)
    call 0
    call 3
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
  (func (;10;) (type 1) (result i32)
    global.get 1
  )
)

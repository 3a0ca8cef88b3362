;; RUN: cargo-polyreactor check %

;; People write functions that look like a linker's wrappers. One export that does not
;; shows that these are theirs: the module is left alone.
(module
  (memory (export "memory") 1)
  (global $depth (mut i32) (i32.const 0))
  (func $lock (global.set $depth (i32.add (global.get $depth) (i32.const 1))))
  (func $unlock (global.set $depth (i32.sub (global.get $depth) (i32.const 1))))
  (func $work (param i32) (result i32) (i32.mul (local.get 0) (global.get $depth)))
  (func (export "_initialize"))
  (func (export "work") (param i32) (result i32)
    call $lock
    local.get 0
    call $work
    call $unlock)
  (func (export "depth") (result i32) (global.get $depth)))

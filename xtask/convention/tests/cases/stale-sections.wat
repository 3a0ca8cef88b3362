;; Custom sections with offsets into the module are dropped when it is rewritten; others stay.
;; CALLS: f() = 1; f() = 1
(module
  (@custom "linking" "\02")
  (@custom "sourceMappingURL" "x.map")
  (@custom "mine" "kept")
  (func $f (result i32) i32.const 1)
  (memory (export "memory") 1)
  (export "f" (func $f)))

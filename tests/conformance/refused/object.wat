;; A relocatable object, as `clang -c` writes it. A linked module may keep a section `linking` too,
;; and is accepted; only an object also imports `__linear_memory`.
;; ERROR: relocatable object
(module
  (import "env" "__linear_memory" (memory 1))
  (func (result i32) (i32.const 1))
  (@custom "linking" "\02"))

;; What `clang -c` makes. A linked module may keep a section of that name, and is taken.
;; ERROR: relocatable object
(module
  (import "env" "__linear_memory" (memory 1))
  (func (result i32) (i32.const 1))
  (@custom "linking" "\02"))

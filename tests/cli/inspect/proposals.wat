;; RUN: polyreactor inspect % --json
(module
  (memory (export "memory") 1)
  (tag $e)
  (func $g)
  (func (export "_initialize"))
  (func (export "f") (block $b (try_table (catch_all $b) (throw $e))) (return_call $g)))

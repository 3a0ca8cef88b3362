;; A module that keeps its contract: no diagnostic of R007 and R009. A declared import may be
;; unused.
(module
  (import "host" "log" (func (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "polyreactor_alloc") (param i32 i32) (result i32) i32.const 8)
  (func (export "polyreactor_free") (param i32 i32 i32))
  (func (export "scale") (param i32 f64))
  (func (export "greet") (param i32 i32) (result i64) i64.const 0)
  (@custom "polyreactor.contract" "{\"schema\": 1,"
    "\"exports\": {\"scale\": \"(p: ptr<point>, by: f64)\", \"greet\": \"(name: string) -> string\"},"
    "\"imports\": {\"host\": {\"log\": \"(message: string)\", \"now\": \"() -> f64\"}},"
    "\"records\": {\"point\": [{\"name\": \"x\", \"type\": \"s32\"}, {\"name\": \"y\", \"type\": \"f64\"}]}}"))

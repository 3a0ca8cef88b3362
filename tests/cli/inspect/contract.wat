;; RUN: polyreactor inspect %
;; RUN[json]: polyreactor inspect % --json
(module
  (import "host" "log" (func (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "polyreactor_alloc") (param i32 i32) (result i32) unreachable)
  (func (export "polyreactor_free") (param i32 i32 i32))
  (func (export "greet") (param i32 i32) (result i64) unreachable)
  (func (export "scale") (param i32 f64))
  (@custom "polyreactor.contract" "{\"schema\":1,\"exports\":{\"greet\":\"(name: string) -> string\",\"scale\":\"(p: ptr<point>, by: f64)\"},\"imports\":{\"host\":{\"log\":\"(message: string)\"}},\"records\":{\"point\":[{\"name\":\"x\",\"type\":\"s32\"},{\"name\":\"y\",\"type\":\"f64\"}]}}"))

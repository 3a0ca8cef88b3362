;; R009 and R007: exports and imports that are missing, of another type, not a function or
;; undeclared; and no allocator.
(module
  (import "host" "log" (func (param i32)))
  (import "host" "shout" (func))
  (import "other" "log" (func (param i32 i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "polyreactor_alloc") (param i32) (result i32) i32.const 8)
  (func (export "scale") (param i32 f32))
  (global (export "level") i32 (i32.const 1))
  (global (export "tuning") i32 (i32.const 1))
  (func (export "extra") (param i32))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 8)
  (@custom "polyreactor.contract" "{\"schema\": 1,"
    "\"exports\": {\"scale\": \"(p: ptr<u8>, by: f64)\", \"greet\": \"(name: string) -> string\","
    "\"level\": \"() -> s32\"},"
    "\"imports\": {\"host\": {\"log\": \"(message: string)\"}}}"))

;; RUN: polyreactor run % 'invert([255, 0, 7])' 'invert([])' 'invert([1,])' 'floats([nan:0x1, -0, 1e3, inf])' 'bools([true, false])' 'ask(3)'
;; RUN[wrong]: polyreactor run % 'invert([256, 1, -1])' 'invert("abc")' 'invert(5)' 'bools([1, [true]])' 'floats([1e39])' 'invert([1], [2])'
;; EXIT: 2
;; RUN[form]: polyreactor run % 'invert([1 2])' 'invert([1, , 2])' 'invert([1)'
;; EXIT: 2
;; RUN[bad]: polyreactor run % 'ask(70000)'
;; EXIT: 1
;; RUN[bools]: polyreactor run % 'spoils([true])'
;; EXIT: 1

;; Lists of scalars go in and come out, as WAVE has them.
(module
  (memory (export "memory") 1)
  (@custom "polyreactor.contract" "{\"schema\":1,\"exports\":{\"invert\":\"(bytes: list<u8>) -> list<u8>\",\"floats\":\"(of: list<f32>) -> list<f32>\",\"bools\":\"(of: list<bool>) -> list<bool>\",\"spoils\":\"(of: list<bool>) -> list<bool>\",\"ask\":\"(count: u32) -> list<s16>\"}}")
  (global $next (mut i32) (i32.const 4096))
  (data (i32.const 16) "\07\00\ff\ff\00\80")
  (func (export "_initialize"))
  (func (export "polyreactor_alloc") (param $size i32) (param i32) (result i32)
    (global.set $next (i32.add (global.get $next) (i32.const 256)))
    (global.get $next))
  (func (export "polyreactor_free") (param i32 i32 i32))
  (func $pack (export "floats") (export "bools") (param i32 i32) (result i64)
    (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
            (i64.extend_i32_u (local.get 1))))
  (func (export "invert") (param $at i32) (param $count i32) (result i64)
    (local $left i32)
    (local.set $left (local.get $count))
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (i32.store8 (i32.add (local.get $at) (local.get $left))
        (i32.xor (i32.const 255)
          (i32.load8_u (i32.add (local.get $at) (local.get $left)))))
      (br $next)))
    (call $pack (local.get $at) (local.get $count)))
  (func (export "spoils") (param i32 i32) (result i64)
    (i32.store8 (local.get 0) (i32.const 2))
    (call $pack (local.get 0) (local.get 1)))
  (func (export "ask") (param i32) (result i64)
    (call $pack (i32.const 16) (local.get 0))))

;; RUN: polyreactor run % 'flip(true)' 'next(4294967294)' 'wide(-1)' 'half(5)' 'half(-0)' 'bump(41)' 'bump(-1)' 'mix({n: -128, big: 65535, rows: [[1.5, 2], [inf, nan]], ok: true}, 0)' 'first()' 'shout("a\"b\\c\n\u{1b}[31m")' 'same("x")'
;; RUN[wrong]: polyreactor run % 'flip(1)' 'next(-1)' 'next(4294967296)' 'half("1")' 'mix({n: 128, big: 0, rows: [[0, 0], [0, 0]], ok: true}, 0)' 'mix({n: 0, big: 0, rows: [[0, 0]], ok: true}, 0)' 'mix({n: 0, big: 0, rows: [[0, 0], [0, 0]], ok: 1}, 0)' 'first(1)'
;; EXIT: 2
;; RUN[bad]: polyreactor run % 'raw(2)' 'next(1)'
;; EXIT: 1
;; RUN[spoils]: polyreactor run % 'mix({n: 0, big: 0, rows: [[0, 0], [0, 0]], ok: true}, 2)'
;; EXIT: 1

;; By the contract, values of every kind go in and come out.
(module
  (memory (export "memory") 1)
  (@custom "polyreactor.contract" "{\"schema\":1,\"exports\":{\"flip\":\"(b: bool) -> bool\",\"raw\":\"(n: s32) -> bool\",\"next\":\"(n: u32) -> u32\",\"wide\":\"(n: s64) -> u64\",\"half\":\"(x: f32) -> f32\",\"bump\":\"(p: ptr<s32>)\",\"mix\":\"(m: ptr<mixed>, ok: s32) -> s32\",\"first\":\"() -> ptr<list<u8, 3>>\",\"shout\":\"(text: string) -> string\",\"same\":\"(text: string)\"},\"records\":{\"mixed\":[[\"n\",\"s8\"],[\"big\",\"u16\"],[\"rows\",\"list<list<f64, 2>, 2>\"],[\"ok\",\"bool\"]]}}")
  (global $next (mut i32) (i32.const 4096))
  (data (i32.const 16) "\07\08\ff")
  (func (export "_initialize"))
  (func (export "polyreactor_alloc") (param $size i32) (param i32) (result i32)
    (global.set $next (i32.add (global.get $next) (i32.const 256)))
    (global.get $next))
  (func (export "polyreactor_free") (param i32 i32 i32))
  (func (export "flip") (param i32) (result i32) (i32.eqz (local.get 0)))
  (func (export "raw") (param i32) (result i32) (local.get 0))
  (func (export "next") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "wide") (param i64) (result i64) (local.get 0))
  (func (export "half") (param f32) (result f32) (f32.mul (local.get 0) (f32.const 0.5)))
  (func (export "bump") (param i32)
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 1))))
  (func (export "mix") (param i32 i32) (result i32)
    (f64.store offset=32 (local.get 0) (f64.load offset=8 (local.get 0)))
    (i32.store8 offset=40 (local.get 0) (local.get 1))
    (i32.load8_s (local.get 0)))
  (func (export "first") (result i32) (i32.const 16))
  (func (export "shout") (param i32 i32) (result i64)
    (i32.store8 (local.get 0) (i32.const 0x41))
    (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
            (i64.extend_i32_u (local.get 1))))
  (func (export "same") (param i32 i32)))

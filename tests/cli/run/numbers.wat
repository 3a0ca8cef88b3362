;; RUN[i32]: polyreactor run % 'i32(-1)' 'i32(4294967295)' 'i32(-2147483648)' 'i32(2147483647)'
;; RUN[i64]: polyreactor run % 'i64(-9223372036854775808)' 'i64(18446744073709551615)'
;; RUN[f32]: polyreactor run % 'f32(0.1)' 'f32(-0.0)' 'f32(inf)' 'f32(nan)' 'f32(nan:0x1)' 'f32(1)'
;; RUN[f64]: polyreactor run % 'f64(0.1)' 'f64(1e300)' 'f64(-inf)' 'f64(nan)' 'f64(5e-324)'

;; What goes in comes out: integers signed, floats bit for bit.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "i32") (param i32) (result i32) (local.get 0))
  (func (export "i64") (param i64) (result i64) (local.get 0))
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0)))

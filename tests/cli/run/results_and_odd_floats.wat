;; RUN: polyreactor run % 'swap(nan:0x1, 18446744073709551615)' 'swap(-0.0, 1)'

;; Several results, and floats of unusual bits, are printed whole.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "swap") (param f32 i64) (result i64 f32) (local.get 1) (local.get 0)))

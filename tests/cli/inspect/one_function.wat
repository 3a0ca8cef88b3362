;; RUN: polyreactor inspect % --wat --func add
;; RUN[name]: polyreactor inspect % --wat --func inner
;; RUN[demangled]: polyreactor inspect % --wat --func shapes::area
;; RUN[mangled]: polyreactor inspect % --wat --func _ZN6shapes4area17h0123456789abcdefE
;; RUN[number]: polyreactor inspect % --wat --func 3
;; RUN[export-first]: polyreactor inspect % --wat --func 1
;; RUN[odd]: polyreactor inspect % --wat --func 'odd name'
;; RUN[imported]: polyreactor inspect % --wat --func 0
;; EXIT: 1
;; RUN[near]: polyreactor inspect % --wat --func ad
;; EXIT: 2
;; RUN[part]: polyreactor inspect % --wat --func are
;; EXIT: 2
;; RUN[far]: polyreactor inspect % --wat --func something-else
;; EXIT: 2
;; RUN[beyond]: polyreactor inspect % --wat --func 99
;; EXIT: 2
;; RUN[no-wat]: polyreactor inspect % --func add
;; EXIT: 2
;; RUN[json]: polyreactor inspect % --json --func add
;; EXIT: 2
(module
  (import "host" "log" (func $log (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\n  (func $not_one\n  )\n")
  (func (export "_initialize"))
  (func $inner (param i32) (result i32)
    block $out
      local.get 0
      br_if $out
      i32.const 7
      call $log
    end
    local.get 0)
  (func (export "add") (param $left i32) (param $right i32) (result i32)
    (i32.add (local.get $left) (local.get $right)))
  (func $_ZN6shapes4area17h0123456789abcdefE (export "1") (result f64) (f64.const 2.5))
  (func (export "odd name") (drop (call $inner (i32.const 1)))))

;; RUN: polyreactor run % 'exit(0)' 'exit(0)'
;; EXIT: 1
;; RUN[three]: polyreactor run % 'exit(3)'
;; EXIT: 1

;; A guest that ends itself has not answered, whatever status it gives.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "exit") (param i32) (call $proc_exit (local.get 0))))

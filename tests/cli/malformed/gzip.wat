;; RUN: cargo-polyreactor check %
;; EXIT: 1
;; RUN[patch]: cargo-polyreactor patch % -o out.wasm
;; EXIT: 1

;; The header of a gzip file.
(module binary "\1f\8b\08\00\00\00\00\00")

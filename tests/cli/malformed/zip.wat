;; RUN: cargo-polyreactor check %
;; EXIT: 1
;; RUN[patch]: cargo-polyreactor patch % -o out.wasm
;; EXIT: 1
(module binary "PK\03\04\0a\00")

;; RUN: cargo-polyreactor check %
;; EXIT: 1
;; RUN[patch]: cargo-polyreactor patch % -o out.wasm
;; EXIT: 1
(module binary "MZ\90\00\03\00")

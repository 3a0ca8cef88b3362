;; RUN: cargo-polyreactor check %
;; EXIT: 1
;; RUN[patch]: cargo-polyreactor patch % -o out.wasm
;; EXIT: 1
(module binary "\ff\fe\00\00a\00s\00m\00")

;; RUN: cargo-polyreactor check %
;; EXIT: 1
;; RUN[patch]: cargo-polyreactor patch % -o out.wasm
;; EXIT: 1
(module binary "\ef\bb\bf<?xml version=\"1.0\"?>")

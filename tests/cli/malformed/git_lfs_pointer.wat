;; RUN: cargo-polyreactor check %
;; EXIT: 1
;; RUN[patch]: cargo-polyreactor patch % -o out.wasm
;; EXIT: 1

;; What a clone without Git LFS has in the place of the file.
(module binary "version https://git-lfs.github.com/spec/v1\0aoid sha256:4d7a214614ab\0asize 123\0a")

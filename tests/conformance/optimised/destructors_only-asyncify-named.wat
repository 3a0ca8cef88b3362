;; BASE: rust/destructors_only plain
;; FLAGS: --asyncify -g
(module)

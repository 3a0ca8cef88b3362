;; BASE: rust/one_export plain
;; FLAGS: --asyncify -g
(module)

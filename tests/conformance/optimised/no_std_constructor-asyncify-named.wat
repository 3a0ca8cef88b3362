;; BASE: rust/no_std_constructor plain
;; FLAGS: --asyncify -g
(module)

;; BASE: rust/no_std_constructor stripped
;; FLAGS: --asyncify
(module)

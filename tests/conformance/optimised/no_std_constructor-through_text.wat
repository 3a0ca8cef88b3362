;; BASE: rust/no_std_constructor stripped
;; FLAGS: through-text
(module)

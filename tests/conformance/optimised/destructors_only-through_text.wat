;; BASE: rust/destructors_only stripped
;; FLAGS: through-text
(module)

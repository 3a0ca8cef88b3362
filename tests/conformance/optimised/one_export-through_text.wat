;; BASE: rust/one_export stripped
;; FLAGS: through-text
(module)

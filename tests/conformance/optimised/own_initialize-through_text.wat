;; BASE: rust/own_initialize stripped
;; FLAGS: through-text
(module)

;; BASE: rust/destructors_only stripped
;; FLAGS: --asyncify
(module)

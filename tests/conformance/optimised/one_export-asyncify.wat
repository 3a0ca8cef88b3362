;; BASE: rust/one_export stripped
;; FLAGS: --asyncify
(module)

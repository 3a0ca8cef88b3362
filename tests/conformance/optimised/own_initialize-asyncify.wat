;; BASE: rust/own_initialize stripped
;; FLAGS: --asyncify
(module)

;; BASE: rust/own_initialize plain
;; FLAGS: --asyncify -g
(module)

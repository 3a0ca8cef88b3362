;; RUN: polyreactor inspect %
;; RUN[json]: polyreactor inspect % --json
;; RUN[both]: polyreactor inspect % --json --wat
;; EXIT: 2
(module)

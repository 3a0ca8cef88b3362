;; RUN: polyreactor run % 'f()'
;; EXIT: 1
;; RUN[inspect]: polyreactor inspect %
;; EXIT: 1
(component)

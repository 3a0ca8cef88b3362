;; A component.
;; ERROR: this is a component
(component)

;; An opcode that no proposal defines, at byte 0x23 of the module.
;; ERROR: illegal opcode: 0x17 (at byte 35)
(module binary
  "\00asm\01\00\00\00"
  "\01\04\01\60\00\00"
  "\03\02\01\00"
  "\05\03\01\00\01"
  "\07\05\01\01f\00\00"
  "\0a\05\01\03\00\17\0b")

;; Imports in their compact form, which the parser knows and walrus does not yet; `wasm-opt -all`
;; writes so. There is nothing else wrong with it that patching could not mend.
;; PATCH: compact imports proposal disabled (at offset 0x2e)
(module binary
  "\00asm\01\00\00\00"
  "\01\09\02\60\00\00\60\01\7f\01\7f"
  "\02\26\01\16wasi_snapshot_preview1\00\7e\00\01\01\08fd_close"
  "\03\02\01\00"
  "\05\03\01\00\01"
  "\07\0e\02\06memory\02\00\01f\00\01"
  "\0a\04\01\02\00\0b")

//! Modules that use what came after WebAssembly 2.0: each is named, and patched as any other.
//! Nobody but the parser has to know the instructions between those that patching writes.

use std::borrow::Cow;

use polyreactor_convention::Proposal::{self, *};
use polyreactor_convention::{CheckOptions, PatchOptions, Rule, Severity, check, inspect, patch};

/// What uses a proposal, and which it is. The memory is added, as a module has to have one.
const MODULES: &[(&[Proposal], &str)] = &[
    (&[], "(func (export \"f\") (param i32) (result i32) local.get 0)"),
    (
        &[Exceptions],
        "(tag $e) (func (export \"f\") (block $b (try_table (catch_all $b) (throw $e))))",
    ),
    (&[TailCalls], "(func $g) (func (export \"f\") (return_call $g))"),
    (
        &[FunctionReferences],
        "(type $t (func)) (func $g) (elem declare func $g)
         (func (export \"f\") (call_ref $t (ref.func $g)))",
    ),
    (
        &[Gc],
        "(type $t (struct (field i32)))
         (func (export \"f\") (drop (struct.new $t (i32.const 1))))",
    ),
    (&[Threads], "(func (export \"f\") (drop (i32.atomic.load (i32.const 0))))"),
    (
        &[RelaxedSimd],
        "(func (export \"f\") (param v128) (drop
           (i8x16.relaxed_swizzle (local.get 0) (local.get 0))))",
    ),
    (
        &[StackSwitching],
        "(type $t (func)) (type $c (cont $t)) (func $g) (elem declare func $g)
         (func (export \"f\") (drop (cont.new $c (ref.func $g))))",
    ),
    (
        &[WideArithmetic],
        "(func (export \"f\") (param i64) (result i64 i64)
           (i64.mul_wide_u (local.get 0) (local.get 0)))",
    ),
];

#[test]
fn what_a_proposal_is_used_by_is_named_and_patched() {
    for (proposals, text) in MODULES {
        let text = format!("(module (memory (export \"memory\") 1) {text})");
        let bytes = wat::parse_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let found = inspect(&bytes).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(found.proposals, *proposals, "{text}");
        let diagnostics = check(&found, &CheckOptions::default());
        let is_told = |rule: Rule| diagnostics.iter().any(|diagnostic| diagnostic.rule == rule);
        assert_eq!(is_told(Rule::R014), !proposals.is_empty(), "{diagnostics:?}");
        // What check promises, patch does.
        let promises = |rule: Rule| {
            diagnostics.iter().any(|found| found.rule == rule && found.mended_by_patch)
        };
        assert!(promises(Rule::R001), "{diagnostics:?}");
        assert_patched(&bytes);
    }
}

/// What the text format has no words for any more, or not yet.
#[test]
fn what_only_bytes_can_say() {
    // `try … catch`, as engines had it before exceptions were standardised.
    let old_exceptions = r#"(module binary
        "\00asm\01\00\00\00" "\01\04\01\60\00\00" "\03\02\01\00" "\05\03\01\00\01"
        "\0d\03\01\00\00" "\07\0e\02\06memory\02\00\01f\00\00"
        "\0a\09\01\07\00\06\40\07\00\0b\0b")"#;
    // Imports in their compact form, which `wasm-opt -all` writes.
    let compact = r#"(module binary
        "\00asm\01\00\00\00" "\01\09\02\60\00\00\60\01\7f\01\7f"
        "\02\26\01\16wasi_snapshot_preview1\00\7e\00\01\01\08fd_close"
        "\03\02\01\00" "\05\03\01\00\01" "\07\0e\02\06memory\02\00\01f\00\01"
        "\0a\04\01\02\00\0b")"#;
    for (text, proposals) in
        [(old_exceptions, &[Exceptions, LegacyExceptions][..]), (compact, &[CompactImports])]
    {
        let bytes = wat::parse_str(text).expect("it is written right");
        assert_eq!(inspect(&bytes).expect("it is valid").proposals, proposals);
        assert_patched(&bytes);
    }
}

fn assert_patched(bytes: &[u8]) {
    let patched = patch(bytes, &PatchOptions::default()).expect("it can be mended");
    assert!(matches!(patched.bytes, Cow::Owned(_)));
    let found = inspect(&patched.bytes).expect("it is valid");
    assert!(found.export("_initialize").is_some());
    let errors = check(&found, &CheckOptions::default());
    assert!(errors.iter().all(|found| found.severity != Severity::Error), "{errors:?}");
    let again = patch(&patched.bytes, &PatchOptions::default()).expect("it is a reactor");
    assert!(matches!(again.bytes, Cow::Borrowed(_)));
}

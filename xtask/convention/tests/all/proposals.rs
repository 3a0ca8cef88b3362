//! Modules that use proposals beyond WebAssembly 2.0: each proposal is reported, and the module is
//! patched like any other. `patch` copies instructions that it does not know.

use std::borrow::Cow;

use polyreactor_convention::Proposal::{self, *};
use polyreactor_convention::{CheckOptions, PatchOptions, Rule, Severity, check, inspect, patch};

/// The items of a module, and the proposals that they use. The test adds the memory that every
/// reactor has to have.
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
fn modules_with_proposals_are_reported_and_patched() {
    for (proposals, text) in MODULES {
        let text = format!("(module (memory (export \"memory\") 1) {text})");
        let bytes = wat::parse_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let found = inspect(&bytes).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(found.proposals, *proposals, "{text}");
        let diagnostics = check(&found, &CheckOptions::default());
        let is_reported = |rule: Rule| diagnostics.iter().any(|found| found.rule == rule);
        assert_eq!(is_reported(Rule::R014), !proposals.is_empty(), "{diagnostics:?}");
        // `check` promises the repair that `assert_patched` then tests.
        let promises = |rule: Rule| {
            diagnostics.iter().any(|found| found.rule == rule && found.mended_by_patch)
        };
        assert!(promises(Rule::R001), "{diagnostics:?}");
        assert_patched(&bytes);
    }
}

/// These modules are binary, because the text format lacks their form (no longer or not yet).
#[test]
fn proposals_without_a_text_form_are_reported_and_patched() {
    // `try … catch`, the form of exceptions before their standardisation.
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
        let bytes = wat::parse_str(text).expect("the text is valid");
        assert_eq!(inspect(&bytes).expect("the module is valid").proposals, proposals);
        assert_patched(&bytes);
    }
}

fn assert_patched(bytes: &[u8]) {
    let patched = patch(bytes, &PatchOptions::default()).expect("the module can be patched");
    assert!(matches!(patched.bytes, Cow::Owned(_)));
    let found = inspect(&patched.bytes).expect("the patched module is valid");
    assert!(found.export("_initialize").is_some());
    let errors = check(&found, &CheckOptions::default());
    assert!(errors.iter().all(|found| found.severity != Severity::Error), "{errors:?}");
    let again = patch(&patched.bytes, &PatchOptions::default());
    let again = again.expect("the patched module is a reactor");
    assert!(matches!(again.bytes, Cow::Borrowed(_)));
}

//! Guests that are compiled, patched and run: which values are passed correctly, and which ones are
//! refused.

mod bad_input;
mod lists;
mod machine;
mod types;

use anyhow::Result;
use machine::{Guest, build};
use polyreactor_convention::inspect;
use wasmi::Val;

#[test]
fn a_guest_of_numbers_exports_no_allocator() -> Result<()> {
    let bytes = build("scalars", "")?;
    let mut names: Vec<_> =
        inspect(&bytes)?.exports.into_iter().map(|export| export.name).collect();
    names.sort();
    // Before `patch`, the export's name is its link-time symbol.
    assert_eq!(names, ["memory", "polyreactor-export:add"]);
    assert!(Guest::new("scalars")?.exports("add"));
    // Without standard output and panics, nothing of the standard library is linked.
    assert!(bytes.len() < 1024, "{} bytes", bytes.len());
    assert!(!Guest::new("scalars")?.exports("polyreactor_alloc"));
    Ok(())
}

#[test]
fn a_duplicate_export_name_is_an_error_at_the_function() -> Result<()> {
    let error = build("scalars", "twice").expect_err("two exports have the name").to_string();
    assert!(error.contains("error: symbol `polyreactor-export:add` is already defined"), "{error}");
    assert!(error.contains("fn sum(a: i64) -> i64"), "{error}");
    Ok(())
}

#[test]
fn constructors_of_any_crate_run_once() -> Result<()> {
    let mut guest = Guest::new("registries")?;
    for _ in 0..2 {
        assert_eq!(guest.int("inits", &[])?, 1);
        assert_eq!(guest.int("ctors", &[])?, 1);
        assert_eq!(guest.int("entries", &[])?, 7);
    }
    Ok(())
}

#[test]
fn constructors_run_once_beside_a_wit_world() -> Result<()> {
    // The bindings leave the constructors to `_initialize`, or (`workaround`) run them themselves.
    for features in ["", "workaround"] {
        let mut guest = Guest::of(&build("world", features)?)?;
        let counts = ["plain-count", "count", "plain-count", "count"];
        let counts: Result<Vec<_>> = counts.iter().map(|name| guest.int(name, &[])).collect();
        assert_eq!(counts?, [121, 122, 123, 124], "{features}");
        let mixed = guest.int("mix", &[Val::I32(1)])?;
        assert_eq!(mixed, 3);
    }
    Ok(())
}

#[test]
fn output_without_a_newline_reaches_the_host() -> Result<()> {
    let mut guest = Guest::new("types")?;
    assert_eq!(guest.store.data().stdout, "set up, ");
    let x = guest.put(b"x", 1)?;
    for expected in ["set up, x", "set up, xx"] {
        guest.call("say", &[Val::I32(x), Val::I32(1)])?;
        assert_eq!(guest.store.data().stdout, expected);
    }
    Ok(())
}

#[test]
fn output_before_a_panic_reaches_the_host() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let bye = guest.put(b"bye", 1)?;
    assert_eq!(guest.panic("die", &[Val::I32(bye), Val::I32(3)])?, "bye");
    assert_eq!(guest.store.data().stdout, "set up, last words: bye");
    // The panic hook prints the message once, like Rust's own hook.
    assert_eq!(guest.store.data().stderr.matches("panicked at").count(), 1);

    let mut guest = Guest::uninitialised(&build("types", "init-panics")?)?;
    assert_eq!(guest.panic("_initialize", &[])?, "not today");
    assert_eq!(guest.store.data().stdout, "set up, ");
    Ok(())
}

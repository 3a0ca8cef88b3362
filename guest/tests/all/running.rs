//! Guests that are compiled, patched and run: what crosses, and what is refused when it does.

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
    // A symbol that is nobody else's, until it is patched.
    assert_eq!(names, ["memory", "polyreactor-export:add"]);
    assert!(Guest::new("scalars")?.exports("add"));
    // No standard output, no panic: nothing of the standard library.
    assert!(bytes.len() < 1024, "{} bytes", bytes.len());
    assert!(!Guest::new("scalars")?.exports("polyreactor_alloc"));
    Ok(())
}

#[test]
fn a_name_that_is_taken_is_told_at_the_function() -> Result<()> {
    let told = build("scalars", "twice").expect_err("there are two of them").to_string();
    assert!(told.contains("error: symbol `polyreactor-export:add` is already defined"), "{told}");
    assert!(told.contains("fn sum(a: i64) -> i64"), "{told}");
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
    // The bindings leave the constructors to `_initialize`, or call them too.
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
fn what_was_printed_reaches_the_host_without_a_newline() -> Result<()> {
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
fn what_was_printed_before_a_panic_reaches_the_host() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let bye = guest.put(b"bye", 1)?;
    assert_eq!(guest.panic("die", &[Val::I32(bye), Val::I32(3)])?, "bye");
    assert_eq!(guest.store.data().stdout, "set up, last words: bye");
    // The message is told once, as it was without us.
    assert_eq!(guest.store.data().stderr.matches("panicked at").count(), 1);

    let mut guest = Guest::uninitialised(&build("types", "init-panics")?)?;
    assert_eq!(guest.panic("_initialize", &[])?, "not today");
    assert_eq!(guest.store.data().stdout, "set up, ");
    Ok(())
}

//! Remedies for failures of cargo and the linker, and for missing exports.

use std::collections::BTreeSet;

use cargo_metadata::Package;

use super::package;
use crate::compile::{explained, reserved};
use crate::project::Guest;

/// Remedies for the messages of a failed build.
pub(super) fn remedies(messages: &str, guest: &Guest, package: &Package) -> Vec<String> {
    let mut remedies = explained::by_line(messages, by_line);
    if messages.contains("does not contain this feature")
        || messages.contains("does not have feature")
    {
        let features = package.features.keys().filter(|name| *name != "default");
        let features: Vec<_> = features.map(String::as_str).collect();
        remedies.push(match features[..] {
            [] => format!("{} has no features", package.name),
            _ => format!("the features of {} are: {}", package.name, features.join(", ")),
        });
    }
    if let Some(profile) = guest.settings.text("profile")
        && messages.contains(&format!("profile `{profile}` is"))
    {
        remedies.push(format!(
            "define it in the Cargo.toml of the plugin's workspace: `[profile.{profile}]`, and \
             below it `inherits = \"release\"`"
        ));
    }
    remedies
}

/// Remedies for name clashes: of two libraries, or of an export and a function of libc or another
/// crate that std is linked with.
fn by_line(line: &str) -> Option<String> {
    if let Some((_, rest)) = line.split_once("error: extern location for ")
        && rest.contains(" does not exist: ")
    {
        return Some(
            "the library of the plugin and that of a package it depends on have the same name, so \
             that cargo writes both to one file: set another `name` under `[lib]` for one of them"
                .to_owned(),
        );
    }
    let (_, name) = line.split_once("error: duplicate symbol: ")?;
    let name = name.split(|c: char| c.is_whitespace() || c.is_control()).next()?;
    if name == "_initialize" {
        return Some(
            "from 1.100 on, Rust links its own `_initialize`, which runs the constructors: remove \
             the export, and put `#[init]` of polyreactor-guest on the function; without that \
             crate, point an entry of `.init_array` to the function"
                .to_owned(),
        );
    }
    Some(reserved::clash(name, OWN_SYMBOL))
}

/// The remedy for a clash of symbols: how to export a function with a symbol that no library has.
pub(super) const OWN_SYMBOL: &str = "`#[export]` of the crate `polyreactor-guest`, in place of \
                                     `no_mangle` or `export_name`, exports a function under any \
                                     name";

/// A remedy that names the features of the guest's package that are off: a missing export may
/// depend on one of them.
pub(super) fn features_that_are_off(guest: &Guest) -> Option<String> {
    let package = package::of(guest).ok()?.package;
    let off = off(&package, guest);
    (!off.is_empty()).then(|| {
        format!(
            "if a feature of the crate turns the export on, add `features = [\"NAME\"]` under {}; \
             the features that are off: {}",
            guest.table("rust"),
            off.join(", ")
        )
    })
}

/// The features of the package that the guest is built without.
fn off<'p>(package: &'p Package, guest: &Guest) -> Vec<&'p str> {
    let mut pending: Vec<&str> =
        guest.settings.list("features").iter().map(String::as_str).collect();
    if guest.settings.bool("default-features") != Some(false) {
        pending.push("default");
    }
    let mut on = BTreeSet::new();
    while let Some(name) = pending.pop() {
        if let Some(turned_on) = package.features.get(name)
            && on.insert(name)
        {
            pending.extend(turned_on.iter().map(String::as_str));
        }
    }
    let names = package.features.keys().map(String::as_str);
    names.filter(|name| *name != "default" && !on.contains(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_initialize_is_to_be_removed_and_other_symbols_renamed() {
        let line = "rust-lld: error: duplicate symbol: _initialize";
        let remedies = explained::by_line(line, by_line);
        assert!(remedies.len() == 1 && remedies[0].contains("#[init]"), "{remedies:?}");
        let remedies = explained::by_line("rust-lld: error: duplicate symbol: stat", by_line);
        assert!(remedies[0].contains("another name"), "{remedies:?}");
    }
}

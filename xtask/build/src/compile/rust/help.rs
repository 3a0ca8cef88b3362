//! What helps where cargo or the linker fails, or an export is not there.

use std::collections::BTreeSet;

use cargo_metadata::Package;
use polyreactor_convention::EXPORT_SYMBOL_PREFIX;

use super::package;
use crate::compile::explained;
use crate::project::Guest;

/// What helps with the messages of a failed build.
pub(super) fn answers(said: &str, guest: &Guest, package: &Package) -> Vec<String> {
    let mut answers = explained::by_line(said, by_line);
    if said.contains("does not contain this feature") || said.contains("does not have feature") {
        let features = package.features.keys().filter(|name| *name != "default");
        let features: Vec<_> = features.map(String::as_str).collect();
        answers.push(match features[..] {
            [] => format!("{} has no features", package.name),
            _ => format!("the features of {} are: {}", package.name, features.join(", ")),
        });
    }
    if let Some(profile) = guest.settings.text("profile")
        && said.contains(&format!("profile `{profile}` is"))
    {
        answers.push(format!(
            "define it in the Cargo.toml of the plugin's workspace: `[profile.{profile}]`, and \
             below it `inherits = \"release\"`"
        ));
    }
    answers
}

/// What helps where two things have one name: libraries, or an export and a function of another
/// file, which std needs.
fn by_line(line: &str) -> Option<String> {
    if let Some((_, rest)) = line.split_once("error: extern location for ")
        && rest.contains(" does not exist: ")
    {
        return Some(
            "the plugin and a package that it depends on call their libraries the same, so that \
             cargo writes both to one file: give one of them another `name` under `[lib]`"
                .to_owned(),
        );
    }
    let (_, name) = line.split_once("error: duplicate symbol: ")?;
    let name = name.split(|c: char| c.is_whitespace() || c.is_control()).next()?;
    if name == "_initialize" {
        return Some(
            "Rust links an `_initialize` of its own from 1.100 on, which runs what is to run \
             first: put `#[init]` of polyreactor-guest on the function instead, without an export \
             of that name; without the crate, point an entry of `.init_array` to it"
                .to_owned(),
        );
    }
    Some(match name.strip_prefix(EXPORT_SYMBOL_PREFIX) {
        Some(name) => format!(
            "two functions are exported as `{name}`, perhaps one by another crate: give one of \
             them another name, `#[export(name = \"…\")]`"
        ),
        None => format!(
            "an export's name is the linker's name for the function, and there is another \
             `{name}`, perhaps libc's: {OWN_SYMBOL}; or give the export another name, in \
             plugin.toml too"
        ),
    })
}

/// How a function gets a symbol that is nobody else's.
pub(super) const OWN_SYMBOL: &str = "`#[export]` of the crate `polyreactor-guest`, in place of \
                                     `no_mangle` or `export_name`, exports a function under any \
                                     name";

/// The features of the guest's package that it is built without: an export may be behind one.
pub(super) fn features_that_are_off(guest: &Guest) -> Option<String> {
    let package = package::of(guest).ok()?.package;
    let off = off(&package, guest);
    (!off.is_empty()).then(|| {
        format!(
            "where a feature of the crate turns the export on, name it: `features = [\"NAME\"]` \
             under {}; off are: {}",
            guest.table("rust"),
            off.join(", ")
        )
    })
}

fn off<'p>(package: &'p Package, guest: &Guest) -> Vec<&'p str> {
    let mut ahead: Vec<&str> = guest.settings.list("features").iter().map(String::as_str).collect();
    if guest.settings.bool("default-features") != Some(false) {
        ahead.push("default");
    }
    let mut on = BTreeSet::new();
    while let Some(name) = ahead.pop() {
        if let Some(turned_on) = package.features.get(name)
            && on.insert(name)
        {
            ahead.extend(turned_on.iter().map(String::as_str));
        }
    }
    let names = package.features.keys().map(String::as_str);
    names.filter(|name| *name != "default" && !on.contains(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_initialize_of_ones_own_is_not_given_another_name() {
        let line = "rust-lld: error: duplicate symbol: _initialize";
        let answers = explained::by_line(line, by_line);
        assert!(answers.len() == 1 && answers[0].contains("#[init]"), "{answers:?}");
        let answers = explained::by_line("rust-lld: error: duplicate symbol: stat", by_line);
        assert!(answers[0].contains("another name"), "{answers:?}");
    }
}

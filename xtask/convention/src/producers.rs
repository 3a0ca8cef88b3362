//! Who made a module: its `producers` section and other traces in; language and compiler out.

use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::module::Module;

/// A language that the convention knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Language {
    /// Rust.
    Rust,
    /// Go.
    Go,
    /// Zig.
    Zig,
    /// C or C++.
    C,
}

/// A tool that worked on a module, as the module names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version, in the tool's own notation; may be empty.
    pub version: String,
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Language::Rust => "Rust",
            Language::Go => "Go",
            Language::Zig => "Zig",
            Language::C => "C",
        })
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version.as_str() {
            "" => f.write_str(&self.name),
            version => write!(f, "{} {version}", self.name),
        }
    }
}

/// How `patch` signs (R011).
pub(crate) const POLYREACTOR: &str = "polyreactor";

/// The first Rust release that links a reactor's start file into WASI cdylibs, and so
/// neither wraps exports nor leaves `_initialize` out (CONVENTION, "Toolchain drift").
const FIRST_RUST_WITH_REACTORS: Version = Version::new(1, 100, 0);

/// Whether `patch` has been at the module, in this version or another.
pub(crate) fn is_patched(module: &Module<'_>) -> bool {
    module.producers.iter().any(|(_, name, _)| *name == POLYREACTOR)
}

pub(crate) fn tools(module: &Module<'_>) -> Vec<Tool> {
    let worked = module.producers.iter().filter(|(field, ..)| *field == "processed-by");
    worked
        .map(|(_, name, version)| Tool { name: (*name).into(), version: (*version).into() })
        .collect()
}

/// Whether a rustc compiled the module whose linker wraps the exports of WASI cdylibs.
pub(crate) fn is_of_rust_that_wraps(module: &Module<'_>) -> bool {
    rustc(module).is_some_and(|rustc| rustc < FIRST_RUST_WITH_REACTORS)
}

/// Which rustc compiled the module, where it says so.
fn rustc(module: &Module<'_>) -> Option<Version> {
    let (.., version) = module.producers.iter().find(|(_, name, _)| *name == "rustc")?;
    let number = version.split([' ', '-']).next()?;
    Version::parse(number).ok()
}

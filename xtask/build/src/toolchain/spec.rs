//! A program that is looked for, and provisioned if it is missing.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use semver::Version;

use super::provision::{self, Package, provision};
use super::{Origin, Tool, on_path, version_in};
use polyreactor_terminal::print_stderr;

/// A program that builds or tests need, and how to find or fetch it.
#[derive(Debug)]
pub struct Spec {
    /// The name for messages.
    pub name: &'static str,
    /// The environment variable with the path of the program to use.
    pub variable: &'static str,
    /// The name of the file on PATH, without an extension.
    pub program: &'static str,
    /// The arguments with which the program prints its version.
    pub version_arguments: &'static [&'static str],
    /// The oldest version that is accepted.
    pub minimum: Version,
    /// The package that contains the program, which is fetched if the program is missing.
    pub package: Package,
    /// The path of the program in the package: on Unix, and on Windows.
    pub in_package: [&'static str; 2],
}

impl Spec {
    /// Returns the program: of exactly the version `wanted`, or of [`Spec::minimum`] or newer.
    /// Provisions `wanted`, or the default version, if no installed program fits.
    ///
    /// # Errors
    ///
    /// The variable names a program that cannot be run or whose version does not fit, or the
    /// program is missing and cannot be provisioned.
    pub fn find(&self, wanted: Option<&Version>) -> Result<Tool> {
        // Called for every guest; without the cache, each call would run the program for its
        // version.
        static FOUND: Mutex<BTreeMap<Vec<OsString>, Tool>> = Mutex::new(BTreeMap::new());
        let key = self.cache_key(wanted);
        let known = FOUND.lock().map_or(None, |found| found.get(&key).cloned());
        if let Some(tool) = known.filter(|tool| tool.path.is_file()) {
            return Ok(tool);
        }
        let tool = self.find_now(wanted)?;
        if let Ok(mut found) = FOUND.lock() {
            found.insert(key, tool.clone());
        }
        Ok(tool)
    }

    /// Everything that decides which program is found.
    fn cache_key(&self, wanted: Option<&Version>) -> Vec<OsString> {
        let wanted = wanted.map_or(String::new(), Version::to_string);
        let variables = [self.variable, "PATH", "POLYREACTOR_CACHE", "XDG_CACHE_HOME"];
        let values = variables.map(|name| std::env::var_os(name).unwrap_or_default());
        [self.name.into(), wanted.into()].into_iter().chain(values).collect()
    }

    fn find_now(&self, wanted: Option<&Version>) -> Result<Tool> {
        if let Some(tool) = self.look(wanted, &mut |note| print_stderr!("note: {note}"))? {
            return Ok(tool);
        }
        let version = wanted.map_or(self.package.default.to_owned(), Version::to_string);
        let folder =
            provision(&self.package, &version).with_context(|| self.ways_to_get(wanted))?;
        let path = self.program_in(&folder)?;
        let version = self.version_of(&path)?;
        Ok(Tool { path, version, origin: Origin::Provisioned })
    }

    /// Returns the program if it is installed or provisioned already; fetches nothing. `note` is
    /// called for a program on PATH that does not fit.
    ///
    /// # Errors
    ///
    /// The variable names a program that cannot be run or whose version does not fit.
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
                        "ignored {} {version} ({}): {fault}",
                        self.name,
                        path.display()
                    )),
                },
                Err(error) => note(format!("ignored {}: {error:#}", path.display())),
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

    /// An error text for a missing program: the ways to install it.
    pub fn ways_to_get(&self, wanted: Option<&Version>) -> String {
        let version = match wanted {
            Some(version) => version.to_string(),
            None => format!("{} or newer", self.minimum),
        };
        format!(
            "{name} {version} is missing, and could not be provisioned; install it and put it on \
             PATH, or set {variable} to its path, or install Python with pip, with which \
             Polyreactor fetches it",
            name = self.name,
            variable = self.variable,
        )
    }

    fn fault_of(&self, version: &Version, wanted: Option<&Version>) -> Option<String> {
        match wanted {
            Some(wanted) if version != wanted => Some(format!("the plugin needs version {wanted}")),
            None if *version < self.minimum => {
                Some(format!("version {} or newer is needed", self.minimum))
            }
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
            // Otherwise go would switch to, and fetch, the toolchain that a go.mod in the folder
            // names.
            .env("GOTOOLCHAIN", "local")
            .output()
            .with_context(|| format!("cannot run {}", path.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            bail!("{} failed: {}", path.display(), String::from_utf8_lossy(&output.stderr).trim());
        }
        version_in(&text)
            .with_context(|| format!("{} prints no version: {}", path.display(), text.trim()))
    }
}

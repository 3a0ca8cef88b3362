//! A program that is looked for, and fetched where it is missing.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use semver::Version;

use super::provision::{self, Package, provision};
use super::{Origin, Tool, on_path, version_in};

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

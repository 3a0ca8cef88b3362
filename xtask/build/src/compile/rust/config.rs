//! Cargo's configuration files: those of the project, which builds obey, and that of the user.
//!
//! The files in the project's folders belong to its sources, and are the same for everyone who
//! builds it. The file in CARGO_HOME belongs to one machine: if builds obeyed it, the same sources
//! would give different bytes on different machines.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cargo_metadata::cargo_platform::{Cfg, Platform};
use toml::{Table, Value};

use crate::toolchain::rust::TARGET;

/// The configuration files that cargo reads in a folder.
#[derive(Default)]
pub(super) struct Config {
    /// The files of the folder and of those above it, outermost first; later ones take precedence.
    pub(super) project: Vec<Table>,
    /// The file in CARGO_HOME, with the files that it includes.
    pub(super) user: Option<(PathBuf, Table)>,
}

impl Config {
    /// Reads the files that cargo would read in `folder`.
    ///
    /// # Errors
    ///
    /// A file cannot be read, is not TOML, or includes itself.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let home = cargo_home();
        let is_home = |folder: &Path| {
            let home = home.as_ref().and_then(|home| home.canonicalize().ok());
            home.is_some_and(|home| folder.canonicalize().is_ok_and(|folder| folder == home))
        };
        let mut config = Config::default();
        for folder in folder.ancestors().map(|folder| folder.join(".cargo")) {
            let Some(file) = file_in(&folder).filter(|_| !is_home(&folder)) else { continue };
            let tables = read_with_included(&file, &mut Vec::new())?;
            config.project.splice(0..0, tables);
        }
        if let Some(file) = home.as_ref().and_then(|home| file_in(home)) {
            let tables = read_with_included(&file, &mut Vec::new())?;
            let merged = tables.into_iter().fold(Table::new(), merged);
            config.user = Some((file, merged));
        }
        Ok(config)
    }

    /// The `rustflags` of the project's files, combined as cargo does it: those of `[target.…]` and
    /// matching `[target.'cfg(…)']` tables, or, if there are none, those of `[build]`. `cfgs` is
    /// called only if a table has a `cfg(…)` key.
    pub(super) fn rustflags(&self, cfgs: impl FnOnce() -> Result<Vec<Cfg>>) -> Result<Vec<String>> {
        let targets = || self.project.iter().filter_map(|table| table.get("target")?.as_table());
        let mut flags: Vec<String> =
            targets().flat_map(|table| flags_of(table.get(TARGET))).collect();
        let mut by_platform: Vec<&String> =
            targets().flat_map(Table::keys).filter(|key| key.starts_with("cfg(")).collect();
        by_platform.sort();
        by_platform.dedup();
        if !by_platform.is_empty() {
            let cfgs = cfgs()?;
            for key in by_platform {
                if key.parse::<Platform>().is_ok_and(|platform| platform.matches(TARGET, &cfgs)) {
                    flags.extend(targets().flat_map(|table| flags_of(table.get(key))));
                }
            }
        }
        if flags.is_empty() {
            flags = self.project.iter().flat_map(|table| flags_of(table.get("build"))).collect();
        }
        Ok(flags)
    }
}

/// Cargo's home folder: `CARGO_HOME`, else `~/.cargo`.
pub(super) fn cargo_home() -> Option<PathBuf> {
    let named = std::env::var_os("CARGO_HOME").filter(|home| !home.is_empty());
    named.map(PathBuf::from).or_else(|| Some(dirs::home_dir()?.join(".cargo")))
}

/// The configuration file in a folder. If both names exist, cargo reads `config`, the older one.
fn file_in(folder: &Path) -> Option<PathBuf> {
    ["config", "config.toml"].map(|name| folder.join(name)).into_iter().find(|file| file.is_file())
}

/// The tables of the files that a file includes, and then its own, which takes precedence. `above`
/// is the chain of files that are being read.
fn read_with_included(file: &Path, above: &mut Vec<PathBuf>) -> Result<Vec<Table>> {
    if above.contains(&file.to_owned()) {
        bail!("{}: the file includes itself", file.display());
    }
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let table: Table = text.parse().with_context(|| file.display().to_string())?;
    above.push(file.to_owned());
    let mut tables = Vec::new();
    let folder = file.parent().unwrap_or(file);
    for included in included(table.get("include")) {
        let (path, optional) = (folder.join(included.0), included.1);
        if !optional || path.is_file() {
            tables.extend(read_with_included(&path, above)?);
        }
    }
    above.pop();
    tables.push(table);
    Ok(tables)
}

/// The files that an `include` value names, and whether each is optional.
fn included(value: Option<&Value>) -> Vec<(&str, bool)> {
    match value {
        Some(Value::Array(all)) => all.iter().flat_map(|one| included(Some(one))).collect(),
        Some(Value::String(path)) => vec![(path, false)],
        Some(Value::Table(table)) => {
            let optional = table.get("optional").and_then(Value::as_bool).unwrap_or(false);
            let path = table.get("path").and_then(Value::as_str);
            path.map(|path| (path, optional)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Merges two tables: lists are concatenated; of other values, that of `second` takes precedence.
fn merged(mut first: Table, second: Table) -> Table {
    for (key, value) in second {
        let value = match (first.remove(&key), value) {
            (Some(Value::Table(inner)), Value::Table(value)) => Value::Table(merged(inner, value)),
            (Some(Value::Array(mut inner)), Value::Array(value)) => {
                inner.extend(value);
                Value::Array(inner)
            }
            (_, value) => value,
        };
        first.insert(key, value);
    }
    first
}

/// The `rustflags` of a table, which are a list, or one string that is split at white space.
fn flags_of(table: Option<&Value>) -> Vec<String> {
    match table.and_then(|table| table.get("rustflags")) {
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(list)) => {
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(files: &[&str]) -> Config {
        let project = files.iter().map(|text| text.parse().expect("it is TOML")).collect();
        Config { project, user: None }
    }

    fn flags(files: &[&str]) -> String {
        let cfgs = || Ok(vec!["target_arch=\"wasm32\"".parse()?, "target_os=\"wasi\"".parse()?]);
        config(files).rustflags(cfgs).expect("the flags can be read").join(" ")
    }

    #[test]
    fn flags_are_combined_as_cargo_does_it() {
        assert_eq!(flags(&[]), "");
        let build = "build.rustflags = \"-a -b\"";
        assert_eq!(flags(&[build, "build.rustflags = [\"-c\"]"]), "-a -b -c");
        // Flags of a target replace those of `[build]`.
        let target = "[target.wasm32-wasip1]\nrustflags = [\"-d\"]";
        assert_eq!(flags(&[build, target]), "-d");
        let wasm = "[target.'cfg(target_arch = \"wasm32\")']\nrustflags = [\"-e\"]";
        assert_eq!(flags(&[wasm, target]), "-d -e");
        let unix = "[target.'cfg(unix)']\nrustflags = [\"-f\"]";
        assert_eq!(flags(&[unix, build]), "-a -b");
        assert_eq!(flags(&["[target.x86_64-unknown-linux-gnu]\nrustflags = [\"-g\"]"]), "");
    }

    #[test]
    fn files_above_a_folder_are_read_outermost_first() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let inner = folder.path().join("plugins/p/rust");
        let write = |path: &str, text: &str| -> Result<()> {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().context("a file in a folder")?)?;
            Ok(std::fs::write(path, text)?)
        };
        write(".cargo/config.toml", "build.rustflags = [\"-a\"]")?;
        write(
            "plugins/p/rust/.cargo/config",
            "include = [\"more.toml\", { path = \"x\", optional = true }]\nbuild.rustflags = [\"-c\"]",
        )?;
        write("plugins/p/rust/.cargo/more.toml", "build.rustflags = [\"-b\"]")?;
        let config = Config::read(&inner)?;
        let flags = config.rustflags(|| bail!("nothing depends on the platform"))?;
        let own: Vec<_> =
            flags.iter().filter(|flag| ["-a", "-b", "-c"].contains(&&***flag)).collect();
        assert_eq!(own, ["-a", "-b", "-c"]);
        write("plugins/p/rust/.cargo/more.toml", "include = \"config\"")?;
        assert!(Config::read(&inner).is_err());
        Ok(())
    }
}

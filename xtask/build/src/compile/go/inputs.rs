//! The inputs of a Go guest beside its own folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::command::workspace;
use crate::compile::reachable;
use crate::project::Guest;
use crate::toolchain::GO;

/// The folders of local modules that the guest depends on, through `replace` in go.mod and, if the
/// guest is built with a go.work, through that file, which is an input itself.
pub(super) fn inputs(guest: &Guest) -> Result<BTreeSet<PathBuf>> {
    let go = GO.find(None)?.path;
    let replaced = |file: &Path| {
        let module: Module = read(&go, "mod", file)?;
        Ok(module.replace.into_iter().flatten().filter_map(Replace::folder).collect())
    };
    let mut paths = reachable(&guest.folder, "go.mod", &replaced)?;
    if guest.settings.bool("workspace") == Some(true) {
        let file = workspace(guest)?;
        let work: Workspace = read(&go, "work", &file)?;
        let folder = file.parent().unwrap_or(&file);
        let used = work.uses.into_iter().flatten().map(|module| module.disk_path);
        let named = used.chain(work.replace.into_iter().flatten().filter_map(Replace::folder));
        for module in named.filter_map(|path| folder.join(path).canonicalize().ok()) {
            paths.extend(reachable(&module, "go.mod", &replaced)?);
            paths.insert(module);
        }
        paths.extend([folder.join("go.work.sum"), file]);
    }
    Ok(paths)
}

/// The output of `go mod edit -json`; only the keys that are needed.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Module {
    replace: Option<Vec<Replace>>,
}

/// The output of `go work edit -json`, likewise.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Workspace {
    #[serde(rename = "Use")]
    uses: Option<Vec<Used>>,
    replace: Option<Vec<Replace>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Used {
    disk_path: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Replace {
    new: Place,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Place {
    path: String,
    version: Option<String>,
}

impl Replace {
    /// The folder; `None` if the replacement is a version of another module.
    fn folder(self) -> Option<String> {
        self.new.version.is_none().then_some(self.new.path)
    }
}

/// Has go convert a go.mod (`kind` = `mod`) or go.work (`work`) to JSON, and parses that.
fn read<T: DeserializeOwned>(go: &Path, kind: &str, file: &Path) -> Result<T> {
    let mut command = Command::new(go);
    command.args([kind, "edit", "-json"]).arg(file).env("GOTOOLCHAIN", "local");
    command.current_dir(file.parent().unwrap_or(file));
    let output = command.output().with_context(|| format!("cannot run {}", go.display()))?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    serde_json::from_slice(&output.stdout).with_context(|| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_replacements_are_inputs() {
        let text = r#"{"Replace": [{"Old": {"Path": "a"}, "New": {"Path": "../a"}},
            {"Old": {"Path": "c"}, "New": {"Path": "d", "Version": "v1.2.3"}}]}"#;
        let module: Module = serde_json::from_str(text).expect("it is go's JSON");
        let folders: Vec<_> =
            module.replace.into_iter().flatten().filter_map(Replace::folder).collect();
        assert_eq!(folders, ["../a"]);
        let nothing: Module = serde_json::from_str("{}").expect("it is go's JSON");
        assert!(nothing.replace.is_none());
    }
}

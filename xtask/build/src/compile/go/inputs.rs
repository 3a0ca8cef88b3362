//! What a Go guest is made of beside its own folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::command::workspace;
use crate::compile::named_in_turn;
use crate::project::Guest;
use crate::toolchain::GO;

/// The folders of modules that go takes from this machine.
pub(super) fn inputs(guest: &Guest) -> Result<BTreeSet<PathBuf>> {
    let go = GO.find(None)?.path;
    let replaced = |file: &Path| {
        let module: Module = read(&go, "mod", file)?;
        Ok(module.replace.into_iter().flatten().filter_map(Replace::folder).collect())
    };
    let mut paths = named_in_turn(&guest.folder, "go.mod", &replaced)?;
    if guest.settings.bool("workspace") == Some(true) {
        let file = workspace(guest)?;
        let work: Workspace = read(&go, "work", &file)?;
        let folder = file.parent().unwrap_or(&file);
        let used = work.uses.into_iter().flatten().map(|module| module.disk_path);
        let named = used.chain(work.replace.into_iter().flatten().filter_map(Replace::folder));
        for module in named.filter_map(|path| folder.join(path).canonicalize().ok()) {
            paths.extend(named_in_turn(&module, "go.mod", &replaced)?);
            paths.insert(module);
        }
        paths.extend([folder.join("go.work.sum"), file]);
    }
    Ok(paths)
}

/// What `go mod edit -json` and `go work edit -json` say, as far as it is asked.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Module {
    replace: Option<Vec<Replace>>,
}

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
    /// The folder; none where the replacement is a version of another module.
    fn folder(self) -> Option<String> {
        self.new.version.is_none().then_some(self.new.path)
    }
}

/// Has go read a file of its own.
fn read<T: DeserializeOwned>(go: &Path, kind: &str, file: &Path) -> Result<T> {
    let mut command = Command::new(go);
    command.args([kind, "edit", "-json"]).arg(file).env("GOTOOLCHAIN", "local");
    command.current_dir(file.parent().unwrap_or(file));
    let said = command.output().with_context(|| format!("cannot run {}", go.display()))?;
    if !said.status.success() {
        bail!("{}", String::from_utf8_lossy(&said.stderr).trim());
    }
    serde_json::from_slice(&said.stdout).with_context(|| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacements_by_a_folder_are_inputs() {
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

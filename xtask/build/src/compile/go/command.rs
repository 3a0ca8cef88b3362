//! The go command, in an environment in which the same sources give the same bytes on every
//! machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::project::Guest;

/// The user's settings that go needs to fetch modules and to find its caches. They change no
/// output.
const HANDED_ON: [&str; 13] = [
    "GOAUTH",
    "GOCACHE",
    "GOCACHEPROG",
    "GOINSECURE",
    "GOMODCACHE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOPATH",
    "GOPRIVATE",
    "GOPROXY",
    "GOSUMDB",
    "GOTMPDIR",
    "GOVCS",
];

/// Settings that would change the output, each with the remedy: where a plugin sets it instead.
const IGNORED: [(&str, &str); 8] = [
    ("GOFLAGS", "set flags of a plugin as `tags` and `ldflags` under `[go]` in plugin.toml"),
    ("GOTOOLCHAIN", "a line `toolchain` in go.mod, or POLYREACTOR_GO, chooses the compiler"),
    ("GOEXPERIMENT", "a plugin has the same bytes on every machine"),
    ("GOFIPS140", "a plugin has the same bytes on every machine"),
    ("GOWASM", "a plugin has the same bytes on every machine"),
    ("GODEBUG", "a plugin uses `//go:debug` lines in its source, or `godebug` in go.mod"),
    ("GO111MODULE", "plugins are always built as Go modules"),
    ("GOROOT", "POLYREACTOR_GO chooses the compiler"),
];

/// The path of the go command, and the user's settings that `go env -w` has saved.
pub(super) struct Settings {
    go: PathBuf,
    file: PathBuf,
    written: BTreeMap<String, String>,
}

impl Settings {
    /// Reads the saved settings, from `GOENV` or the default file. A missing file has none.
    pub(super) fn of(go: &Path) -> Self {
        let named = std::env::var_os("GOENV").filter(|path| !path.is_empty()).map(PathBuf::from);
        let file = named.or_else(|| Some(dirs::config_dir()?.join("go/env"))).unwrap_or_default();
        let written = match file.as_os_str() == "off" {
            true => BTreeMap::new(),
            false => fs::read_to_string(&file).map_or_else(|_| BTreeMap::new(), |text| read(&text)),
        };
        Settings { go: go.to_owned(), file, written }
    }

    /// The go command in the guest's folder, for WASI.
    ///
    /// # Errors
    ///
    /// The guest's settings ask for a go.work, and there is none.
    pub(super) fn command(&self, guest: &Guest) -> Result<Command> {
        let mut command = Command::new(&self.go);
        command.current_dir(&guest.folder);
        for (name, _) in IGNORED {
            command.env_remove(name);
        }
        // The environment takes precedence over saved settings, as it does for go.
        let handed_on = self.written.iter().filter(|(name, _)| {
            HANDED_ON.contains(&&***name) && std::env::var_os(name).is_none_or(|it| it.is_empty())
        });
        let workspace = match guest.settings.bool("workspace") {
            Some(true) => workspace(guest)?.into_os_string(),
            _ => "off".into(),
        };
        command
            .envs(handed_on)
            // Saved settings of this machine must not change the output.
            .env("GOENV", "off")
            .env("GOWORK", workspace)
            .envs([("GOOS", "wasip1"), ("GOARCH", "wasm"), ("CGO_ENABLED", "0")])
            // A go.mod may name a newer toolchain, which go then fetches and runs.
            .env("GOTOOLCHAIN", "auto");
        Ok(command)
    }

    /// A note for each setting that is set and kept out of the build.
    pub(super) fn notes(&self) -> Vec<String> {
        let note = |(name, instead): &(&str, &str)| {
            let is_set = std::env::var_os(name).is_some_and(|value| !value.is_empty());
            let place = match (is_set, self.written.contains_key(*name)) {
                (true, _) => "set in the environment".to_owned(),
                (_, true) => format!("saved in {} (`go env -w`)", self.file.display()),
                _ => return None,
            };
            Some(format!("{name} is {place}, but plugins are built without it: {instead}"))
        };
        IGNORED.iter().filter_map(note).collect()
    }
}

/// Parses the file of `go env -w`: lines `NAME=VALUE`.
fn read(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.to_owned())).collect()
}

/// The go.work that applies to the guest's folder.
///
/// # Errors
///
/// There is none.
pub(super) fn workspace(guest: &Guest) -> Result<PathBuf> {
    go_work(&guest.folder).with_context(|| {
        format!(
            "`workspace` is true under {}, but there is no go.work in {} or a folder above",
            guest.table("go"),
            guest.folder.display()
        )
    })
}

/// The go.work in the folder, or in the nearest one above.
pub(super) fn go_work(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join("go.work")).find(|file| file.is_file())
}

/// The package to build: a path relative to go.mod, by default `.`.
pub(super) fn package(guest: &Guest) -> &str {
    guest.settings.text("package").unwrap_or(".")
}

/// The build tags, as an argument of go.
pub(super) fn tags(guest: &Guest) -> Option<String> {
    let tags = guest.settings.list("tags");
    (!tags.is_empty()).then(|| format!("-tags={}", tags.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_settings_of_go_are_parsed() {
        let text =
            "# of old\nGOFLAGS=-tags=a,b -mod=mod\nGOPROXY=https://x.test|direct\n\nno line\n";
        let read = read(text);
        assert_eq!(read.len(), 2);
        assert_eq!(read["GOFLAGS"], "-tags=a,b -mod=mod");
        assert_eq!(read["GOPROXY"], "https://x.test|direct");
    }
}

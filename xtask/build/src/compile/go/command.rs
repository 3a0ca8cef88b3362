//! The go command, in an environment in which the same sources become the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::project::Guest;

/// What go needs of the user's settings to fetch modules, and to keep what it fetched and built.
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

/// Settings that change what is built, and where a plugin says it instead.
const IGNORED: [(&str, &str); 8] = [
    ("GOFLAGS", "a plugin's flags are `tags` and `ldflags` under `[go]` in plugin.toml"),
    ("GOTOOLCHAIN", "a line `toolchain` in go.mod, or POLYREACTOR_GO, chooses the compiler"),
    ("GOEXPERIMENT", "a plugin has the same bytes on every machine"),
    ("GOFIPS140", "a plugin has the same bytes on every machine"),
    ("GOWASM", "a plugin has the same bytes on every machine"),
    ("GODEBUG", "a plugin's settings are `//go:debug` lines in its source, or `godebug` in go.mod"),
    ("GO111MODULE", "plugins are modules"),
    ("GOROOT", "POLYREACTOR_GO chooses the compiler"),
];

/// A go command, and what `go env -w` has written down for all builds of this machine.
pub(super) struct Settings {
    go: PathBuf,
    file: PathBuf,
    written: BTreeMap<String, String>,
}

impl Settings {
    /// Reads what is written down; a file that is not there says nothing.
    pub(super) fn of(go: &Path) -> Self {
        let named = std::env::var_os("GOENV").filter(|path| !path.is_empty()).map(PathBuf::from);
        let file = named.or_else(|| Some(dirs::config_dir()?.join("go/env"))).unwrap_or_default();
        let written = match file.as_os_str() == "off" {
            true => BTreeMap::new(),
            false => fs::read_to_string(&file).map_or_else(|_| BTreeMap::new(), |text| read(&text)),
        };
        Settings { go: go.to_owned(), file, written }
    }

    /// The command in the guest's folder, for the guest's platform.
    ///
    /// # Errors
    ///
    /// Where the guest is to be built by a go.work, and there is none.
    pub(super) fn command(&self, guest: &Guest) -> Result<Command> {
        let mut command = Command::new(&self.go);
        command.current_dir(&guest.folder);
        for (name, _) in IGNORED {
            command.env_remove(name);
        }
        // The environment comes first, as it does for go.
        let handed_on = self.written.iter().filter(|(name, _)| {
            HANDED_ON.contains(&&***name) && std::env::var_os(name).is_none_or(|it| it.is_empty())
        });
        let workspace = match guest.settings.bool("workspace") {
            Some(true) => workspace(guest)?.into_os_string(),
            _ => "off".into(),
        };
        command
            .envs(handed_on)
            // What `go env -w` has written down is this machine's.
            .env("GOENV", "off")
            .env("GOWORK", workspace)
            .envs([("GOOS", "wasip1"), ("GOARCH", "wasm"), ("CGO_ENABLED", "0")])
            // A go.mod may name the toolchain that it wants; Go fetches that one by itself.
            .env("GOTOOLCHAIN", "auto");
        Ok(command)
    }

    /// A note for each setting that is ignored.
    pub(super) fn notes(&self) -> Vec<String> {
        let note = |(name, instead): &(&str, &str)| {
            let is_set = std::env::var_os(name).is_some_and(|value| !value.is_empty());
            let place = match (is_set, self.written.contains_key(*name)) {
                (true, _) => "set in the environment".to_owned(),
                (_, true) => format!("written down in {} (`go env -w`)", self.file.display()),
                _ => return None,
            };
            Some(format!("{name} is {place}; plugins are built without it: {instead}"))
        };
        IGNORED.iter().filter_map(note).collect()
    }
}

/// The names and values of a file that go has written: `NAME=VALUE`, a line each.
fn read(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.to_owned())).collect()
}

/// The go.work that is in force in the guest's folder.
///
/// # Errors
///
/// Where there is none.
pub(super) fn workspace(guest: &Guest) -> Result<PathBuf> {
    go_work(&guest.folder).with_context(|| {
        format!(
            "`workspace` is true under {}, and there is no go.work in {} or above",
            guest.table("go"),
            guest.folder.display()
        )
    })
}

/// The go.work in the folder, or in the nearest one above.
pub(super) fn go_work(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join("go.work")).find(|file| file.is_file())
}

/// The package that is built.
pub(super) fn package(guest: &Guest) -> &str {
    guest.settings.text("package").unwrap_or(".")
}

/// The build tags, as an argument.
pub(super) fn tags(guest: &Guest) -> Option<String> {
    let tags = guest.settings.list("tags");
    (!tags.is_empty()).then(|| format!("-tags={}", tags.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_go_has_written_down_is_read() {
        let text =
            "# of old\nGOFLAGS=-tags=a,b -mod=mod\nGOPROXY=https://x.test|direct\n\nno line\n";
        let read = read(text);
        assert_eq!(read.len(), 2);
        assert_eq!(read["GOFLAGS"], "-tags=a,b -mod=mod");
        assert_eq!(read["GOPROXY"], "https://x.test|direct");
    }
}

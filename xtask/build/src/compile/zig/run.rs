//! `zig build`, in an environment in which the same sources become the same bytes.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::help;
use crate::compile::empty_folder;
use crate::compile::explained::{self, Said};
use crate::compile::ignored::{self, Purpose};
use crate::project::Guest;

/// The mode in which a panic prints its message and traps, as in the other languages (B004).
const MODE: &str = "-Doptimize=ReleaseSafe";

/// The same for a build.zig that has no option for it; where the mode is written out, that stays.
const RELEASE: &str = "--release=safe";

/// What zig prints about an option that build.zig does not declare.
const NO_MODE: &str = "invalid option: -Doptimize";

/// Variables that change what is built.
const PURPOSES: [Purpose; 3] = [
    Purpose {
        is: |name| matches!(name, "ZIG_LIB_DIR" | "ZIG_BUILD_RUNNER" | "ZIG_LIBC"),
        instead: "a plugin is built with Zig's own library, and POLYREACTOR_ZIG chooses the compiler",
    },
    Purpose {
        is: |name| matches!(name, "CPATH" | "C_INCLUDE_PATH" | "CPLUS_INCLUDE_PATH"),
        instead: "build.zig says where C finds its headers, by `addIncludePath`",
    },
    Purpose {
        is: |name| name == "DESTDIR",
        instead: "artifacts are written to the project's target folder",
    },
];

/// A note for each purpose of variables that are set.
pub(super) fn ignored() -> Vec<String> {
    ignored::notes(&PURPOSES)
}

/// The builds of a guest.
pub(super) struct Zig<'a> {
    guest: &'a Guest,
    program: &'a Path,
    cache: PathBuf,
    /// Where everything that build.zig installs lies in the end.
    pub(super) installed: PathBuf,
    has_mode: bool,
}

impl<'a> Zig<'a> {
    pub(super) fn new(guest: &'a Guest, program: &'a Path, folder: &Path) -> Self {
        let (cache, installed) = (folder.join("cache"), folder.join("installed"));
        Zig { guest, program, cache, installed, has_mode: !chooses_mode(guest) }
    }

    /// Builds and installs, with another standard library if need be; what zig said.
    pub(super) fn build(&mut self, library: Option<&Path>) -> Result<String> {
        if self.has_mode {
            let said = self.attempt(library, Some(MODE))?;
            if !said.messages.contains(NO_MODE) {
                return self.explained(said);
            }
            self.has_mode = false;
        }
        let said = self.attempt(library, (!chooses_mode(self.guest)).then_some(RELEASE))?;
        self.explained(said)
    }

    fn attempt(&self, library: Option<&Path>, mode: Option<&str>) -> Result<Said> {
        empty_folder(&self.installed)?;
        let mut command = zig(self.program, self.guest);
        command
            .args(["build", "--verbose"])
            .args(mode)
            .args(self.guest.settings.list("options"))
            .arg("--prefix")
            // Deep inside: what is installed beside the prefix (`../plugins`) is found too.
            .arg(self.installed.join("in/a/prefix"))
            // The option of that name is gone in Zig 0.17; the variable works in all.
            .env("ZIG_LOCAL_CACHE_DIR", &self.cache)
            .stdout(std::io::stderr());
        if let Some(library) = library {
            command.env("ZIG_LIB_DIR", library);
        }
        explained::run_showing(&mut command, &mut shown())
    }

    fn explained(&self, said: Said) -> Result<String> {
        Ok(said.explained(&|said| help::answers(said, self.guest))?.messages)
    }

    /// Throws away what zig keeps, so that it tells everything once more.
    pub(super) fn forget(&self) -> Result<()> {
        empty_folder(&self.cache)
    }
}

/// The zig command in the guest's folder.
pub(super) fn zig(program: &Path, guest: &Guest) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&guest.folder);
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in names.filter(|name| PURPOSES.iter().any(|purpose| (purpose.is)(name))) {
        command.env_remove(name);
    }
    command
}

/// Whether the plugin's description says in which mode it is compiled.
pub(super) fn chooses_mode(guest: &Guest) -> bool {
    let options = guest.settings.list("options");
    options.iter().any(|option| option.starts_with("-Doptimize") || option.starts_with("-Drelease"))
}

/// Whether a line is for people: commands, which are asked for, are not, unless one has failed; and
/// a missing option is no failure.
fn shown() -> impl FnMut(&str) -> bool {
    let (mut failed, mut no_mode) = (false, false);
    move |line| {
        no_mode |= line.contains(NO_MODE);
        let command = line.contains(" --listen=-") && line.contains(" build-");
        let asked_for =
            command || line.starts_with("install -") || line.starts_with("info(verbose)");
        let hidden = no_mode || (asked_for && !failed && !line.starts_with("failed command"));
        failed = line.contains("the following command failed");
        !hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_shown_where_they_failed() {
        let mut shown = shown();
        let command = "/x/zig build-exe -OReleaseSafe -Mroot=/a.zig --listen=-";
        assert!(!shown(command));
        assert!(!shown("install -C .zig-cache/o/p.wasm out/p.wasm"));
        assert!(!shown(&format!("info(verbose): {command}")));
        assert!(shown("error: the following command failed with 1 compilation errors:"));
        assert!(shown(command));
        assert!(shown(&format!("failed command: {command}")));
        assert!(!shown("error: invalid option: -Doptimize"));
        assert!(!shown("error:   access the help menu with 'zig build -h'"));
    }
}

//! `zig build`, in an environment in which the same sources give the same bytes on every machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::help;
use crate::compile::empty_folder;
use crate::compile::explained::{self, Finished};
use crate::compile::ignored::{self, Purpose};
use crate::project::Guest;

/// The mode with safety checks, in which a panic prints its message and traps, as in the other
/// languages (B004).
const MODE: &str = "-Doptimize=ReleaseSafe";

/// The same mode for a build.zig without the option `optimize`. A mode that build.zig sets itself
/// stays.
const RELEASE: &str = "--release=safe";

/// Whether zig's messages say that build.zig does not declare that option.
fn lacks_mode(messages: &str) -> bool {
    let mut lines = messages.lines();
    lines.any(|line| invalid_option(line).is_some_and(|name| name == "optimize"))
}

/// The name of the option that build.zig does not declare, according to a line of zig's messages:
/// `error: invalid option: -DNAME`, and from 0.17 on `error: invalid option: "NAME"`.
pub(super) fn invalid_option(line: &str) -> Option<&str> {
    let (_, option) = line.split_once("invalid option: ")?;
    let name = option.strip_prefix("-D").or_else(|| option.strip_prefix('"')?.strip_suffix('"'))?;
    name.split('=').next()
}

/// Variables that would change the output or its place.
const PURPOSES: [Purpose; 3] = [
    Purpose {
        is: |name| matches!(name, "ZIG_LIB_DIR" | "ZIG_BUILD_RUNNER" | "ZIG_LIBC"),
        instead: "a plugin is built with the library of its Zig, which POLYREACTOR_ZIG chooses",
    },
    Purpose {
        is: |name| matches!(name, "CPATH" | "C_INCLUDE_PATH" | "CPLUS_INCLUDE_PATH"),
        instead: "build.zig names the folders of C headers, with `addIncludePath`",
    },
    Purpose {
        is: |name| name == "DESTDIR",
        instead: "artifacts are written to the project's target folder",
    },
];

/// One note for each group of variables of which one is set.
pub(super) fn ignored() -> Vec<String> {
    ignored::notes(&PURPOSES)
}

/// The builds of a guest.
pub(super) struct Zig<'a> {
    guest: &'a Guest,
    program: &'a Path,
    cache: PathBuf,
    /// The folder of everything that build.zig installs.
    pub(super) installed: PathBuf,
    /// Whether builds pass [`MODE`].
    has_mode: bool,
}

impl<'a> Zig<'a> {
    pub(super) fn new(guest: &'a Guest, program: &'a Path, folder: &Path) -> Self {
        let (cache, installed) = (folder.join("cache"), folder.join("installed"));
        Zig { guest, program, cache, installed, has_mode: !chooses_mode(guest) }
    }

    /// Builds and installs the guest, with another standard library if `library` is given. Returns
    /// zig's messages.
    ///
    /// # Errors
    ///
    /// Zig cannot be run, or fails.
    pub(super) fn build(&mut self, library: Option<&Path>) -> Result<String> {
        if self.has_mode {
            let finished = self.attempt(library, Some(MODE))?;
            if !lacks_mode(&finished.messages) {
                return self.explained(finished);
            }
            self.has_mode = false;
        }
        let finished = self.attempt(library, (!chooses_mode(self.guest)).then_some(RELEASE))?;
        self.explained(finished)
    }

    fn attempt(&self, library: Option<&Path>, mode: Option<&str>) -> Result<Finished> {
        empty_folder(&self.installed)?;
        let mut command = zig(self.program, self.guest);
        command
            .args(["build", "--verbose"])
            .args(mode)
            .args(self.guest.settings.list("options"))
            .arg("--prefix")
            // Some levels below `installed`: a build.zig may install beside its prefix
            // (`../plugins`).
            .arg(self.installed.join("in/a/prefix"))
            // Zig 0.17 has no option `--cache-dir` any more; the variable works in all versions.
            .env("ZIG_LOCAL_CACHE_DIR", &self.cache)
            .stdout(std::io::stderr());
        if let Some(library) = library {
            command.env("ZIG_LIB_DIR", library);
        }
        explained::run_showing(&mut command, &mut shown())
    }

    fn explained(&self, finished: Finished) -> Result<String> {
        Ok(finished.explained(&|messages| help::remedies(messages, self.guest))?.messages)
    }

    /// Empties zig's cache, so that the next build compiles, links and warns again.
    pub(super) fn forget(&self) -> Result<()> {
        empty_folder(&self.cache)
    }
}

/// The zig command in the guest's folder, without the variables of [`PURPOSES`].
pub(super) fn zig(program: &Path, guest: &Guest) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&guest.folder);
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for name in names.filter(|name| PURPOSES.iter().any(|purpose| (purpose.is)(name))) {
        command.env_remove(name);
    }
    command
}

/// Whether the plugin's settings choose the mode.
pub(super) fn chooses_mode(guest: &Guest) -> bool {
    let options = guest.settings.list("options");
    options.iter().any(|option| option.starts_with("-Doptimize") || option.starts_with("-Drelease"))
}

/// Decides for each line of zig's messages whether to show it. Hidden are the commands that
/// `--verbose` prints, unless one has failed, and the error about the missing option `optimize`,
/// after which the build is repeated without it.
fn shown() -> impl FnMut(&str) -> bool {
    let (mut failed, mut no_mode) = (false, false);
    move |line| {
        no_mode |= lacks_mode(line);
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
    fn only_commands_that_failed_are_shown() {
        let mut shown = shown();
        let command = "/x/zig build-exe -OReleaseSafe -Mroot=/a.zig --listen=-";
        assert!(!shown(command));
        assert!(!shown("install -C .zig-cache/o/p.wasm out/p.wasm"));
        assert!(!shown(&format!("info(verbose): {command}")));
        assert!(shown("error: the following command failed with 1 compilation errors:"));
        assert!(shown(command));
        assert!(shown(&format!("failed command: {command}")));
        for line in ["error: invalid option: -Doptimize", "error: invalid option: \"optimize\""] {
            let mut shown = super::shown();
            assert!(!shown(line));
            assert!(!shown("error:   access the help menu with 'zig build -h'"));
        }
        assert!(shown("error: invalid option: -Dother"));
    }

    #[test]
    fn the_option_that_build_zig_lacks_is_read_in_every_version() {
        for (line, name) in [
            ("error: invalid option: -Dfast=true", Some("fast")),
            ("error: invalid option: \"fast\"", Some("fast")),
            ("error: invalid option", None),
        ] {
            assert_eq!(invalid_option(line), name);
        }
    }
}

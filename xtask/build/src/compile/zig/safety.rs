//! Notes on Zig code that is compiled without safety checks (B004).

use std::fmt::{self, Display};

use semver::Version;

use super::commands::{Command, Linked, Mode, Output};
use super::run;
use crate::project::Guest;

/// Notes on the modules of these commands, and on what is linked with them; none if the plugin's
/// settings choose the mode.
pub(super) fn notes(
    guest: &Guest,
    zig: &Version,
    commands: &[Command],
    linked: &Linked,
) -> Vec<String> {
    if run::chooses_mode(guest) {
        return Vec::new();
    }
    let mut notes = Vec::new();
    if commands.is_empty() {
        notes.push(format!("note[B004]: {UNKNOWN}"));
    }
    if !linked.unknown.is_empty() {
        let files: Vec<_> = linked.unknown.iter().map(|file| format!("`{file}`")).collect();
        notes.push(format!(
            "note[B004]: build.zig links {}, which no compile step makes, so `build-guests` cannot \
             see whether Zig code in there has safety checks\n  help: compile Zig code with \
             `b.addObject` or `b.addLibrary`",
            files.join(", ")
        ));
    }
    let own = commands.first().and_then(root_mode).unwrap_or(Mode::ReleaseSafe);
    let all = commands.iter().chain(&linked.commands);
    let (mut left_out, mut kept) = (Vec::new(), Vec::new());
    for command in all {
        let root = root_mode(command).unwrap_or(Mode::Debug);
        for module in command.modules() {
            let named = |mode| Part { command, module: module.name, mode };
            if root_decides(zig) && root.is_unsafe() {
                left_out.push(named(root));
            } else if let Some(mode) = module.mode.filter(|mode| mode.is_unsafe()) {
                let list = if root_decides(zig) { &mut kept } else { &mut left_out };
                list.push(named(mode));
            }
        }
    }
    if let Some(part) = left_out.first() {
        notes.push(format!(
            "note[B004]: build.zig compiles {}, without safety checks: an index out of bounds is \
             undefined behaviour there, and a panic in ReleaseSafe\n  {}",
            list(&left_out),
            help(guest, part.mode, own)
        ));
    }
    if let Some(part) = kept.first() {
        notes.push(format!(
            "note[B004]: build.zig compiles {}: Zig {zig} goes by the mode of the root module and \
             keeps the safety checks, but Zig 0.17 and later leave them out there, where an index \
             out of bounds is undefined behaviour then\n  {}",
            list(&kept),
            help(guest, part.mode, own)
        ));
    }
    notes
}

const UNKNOWN: &str = "\
zig does not print how the module was compiled, so `build-guests` cannot see whether it has safety \
checks\n  help: compile it with `b.addExecutable`";

/// Whether the mode of the root module decides about the safety checks in all modules of a
/// command, as in Zig 0.14 to 0.16. Later versions go by each module's own mode.
fn root_decides(zig: &Version) -> bool {
    (zig.major, zig.minor) < (0, 17)
}

/// A module of a command, with a mode that has no safety checks.
struct Part<'c> {
    command: &'c Command,
    module: &'c str,
    mode: Mode,
}

impl Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Part { command, module, mode } = self;
        let unit = match command.output() {
            Some(Output::Library) => Some("library"),
            Some(Output::Object) => Some("object"),
            Some(Output::Executable) | None => None,
        };
        match (unit, *module) {
            (None, module) => write!(f, "the module `{module}`")?,
            (Some(unit), "root") => write!(f, "the {unit} `{}`", name(command))?,
            (Some(unit), module) => {
                write!(f, "the module `{module}` of the {unit} `{}`", name(command))?;
            }
        }
        write!(f, " as {mode:?}")
    }
}

fn name(command: &Command) -> &str {
    command.name().unwrap_or_default()
}

fn list(parts: &[Part<'_>]) -> String {
    let mut texts: Vec<_> = parts.iter().map(Part::to_string).collect();
    texts.dedup();
    texts.join(", ")
}

fn root_mode(command: &Command) -> Option<Mode> {
    command.modules().first().and_then(|root| root.mode)
}

/// The remedy where a part has the mode `mode`, and the module's root the mode `own`.
fn help(guest: &Guest, mode: Mode, own: Mode) -> String {
    format!(
        "help: `.optimize = b.standardOptimizeOption(.{{}})` in build.zig leaves the choice to \
         `build-guests`; if {mode:?} is meant, write `options = [\"-Doptimize={own:?}\"]` under {}",
        guest.table("zig")
    )
}

//! Loading for `run`: reads and patches the file, sets up engine and linker, and notes what differs
//! from the file or is missing in this host.

use std::path::Path;

use anyhow::{Result, anyhow};
use polyreactor_contract::quote;
use polyreactor_convention::{Assume, Change, Diagnostic, PatchOptions, Rule};
use polyreactor_host::{
    Engine, EngineConfig, Error, LinkError, Linker, LoadError, Missing, MissingImport,
};

use super::{Assumption, Opts, StandIn, shown};
use crate::patched;
use polyreactor_terminal::print_stderr;

pub(super) fn engine(opts: &Opts) -> Result<Engine> {
    Ok(Engine::new(&EngineConfig::new().max_stack_bytes(opts.stack))?)
}

/// The functions that the module can import: WASI preview 1, and stand-ins under `--missing`.
pub(super) fn linker(engine: &Engine, opts: &Opts) -> Linker {
    let mut linker = Linker::new(engine);
    linker.missing(opts.missing.map_or(Missing::Refuse, |stand_in| match stand_in {
        StandIn::Trap => Missing::Trap,
        StandIn::Zero => Missing::Zero,
    }));
    linker
}

/// Reads the file, and patches the module in memory where that makes it a reactor.
pub(super) fn read_and_patch(opts: &Opts) -> Result<Vec<u8>> {
    let options = opts.assume.map_or_else(PatchOptions::default, |assumption| {
        PatchOptions::default().assume(match assumption {
            Assumption::Wrapped => Assume::Wrapped,
            Assumption::Clean => Assume::Clean,
        })
    });
    let (bytes, changes) = patched::read(&opts.file, &options)?;
    note_changes(&opts.file, &changes);
    Ok(bytes)
}

/// Adds the options of `run` that help.
pub(super) fn with_help(error: impl Into<Error>) -> anyhow::Error {
    let needs_assume =
        |found: &Diagnostic| found.rule == Rule::R003 && found.remedy.contains("--assume");
    let error = error.into();
    match &error {
        // The bytes do not decide whether the module is wrapped.
        Error::Load(LoadError::NotAReactor { diagnostics, .. })
            if diagnostics.iter().any(needs_assume) =>
        {
            anyhow!("{error}\nhelp: `polyreactor run` has the option `--assume` too, for one run")
        }
        Error::Link(LinkError::MissingImports { imports, .. })
            if imports.iter().all(|it| it.can_stand_in) =>
        {
            anyhow!(
                "{error}\nhelp: `--missing trap` runs the module if no CALL needs these imports"
            )
        }
        _ => error.into(),
    }
}

/// Prints a note on the imports that this host does not have, or has with another type, and on what
/// a call of one does.
pub(super) fn note_missing(opts: &Opts, missing: &[MissingImport]) {
    /// A module may import hundreds.
    const SHOWN: usize = 8;
    if missing.is_empty() {
        return;
    }
    let name = |it: &MissingImport| {
        let name = format!("{}.{}", quote::quoted(&it.module), quote::quoted(&it.name));
        match &it.offered {
            Some(offered) => format!("{name} (the host has {offered})"),
            None => name,
        }
    };
    let mut names: Vec<_> = missing.iter().take(SHOWN).map(name).collect();
    if let more @ 1.. = missing.len() - names.len() {
        names.push(format!("and {more} more"));
    }
    let effect = match opts.missing {
        Some(StandIn::Zero) => "returns 0",
        _ => "poisons the instance",
    };
    print_stderr(format_args!(
        "note: `{}` imports functions that this host does not have{}, and a call of one {effect}: {}",
        shown(&opts.file),
        if missing.iter().any(|it| it.offered.is_some()) {
            ", or has with another type"
        } else {
            ""
        },
        names.join(", "),
    ));
}

/// Prints a note on what was patched: the module that runs differs from the file.
fn note_changes(file: &Path, changes: &[Change]) {
    let done: Vec<_> = changes.iter().map(ToString::to_string).collect();
    if !changes.is_empty() {
        let done = done.join("; ");
        print_stderr(format_args!("note: `{}` is patched in memory: {done}", shown(file)));
    }
}

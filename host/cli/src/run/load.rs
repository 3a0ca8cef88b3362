//! How `run` gets from a file to a module that can be compiled: read, patched, and noted what is not
//! as the file says.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use polyreactor_contract::quote;
use polyreactor_convention::{Assume, Change, Diagnostic, PatchOptions, Refused, Rule, patch};
use polyreactor_host::{Engine, EngineConfig, Error, Missing, MissingImport};

use super::{Assumption, Opts, StandIn, shown};
use crate::fail;

/// The engine that runs it.
pub(super) fn engine(opts: &Opts) -> Result<Engine> {
    let builder = Engine::builder_with(&EngineConfig::new().stack(opts.stack))?;
    let missing = opts.missing.map_or(Missing::Refuse, |stand_in| match stand_in {
        StandIn::Trap => Missing::Trap,
        StandIn::Zero => Missing::Zero,
    });
    Ok(builder.missing(missing).build())
}

/// Reads the file; patched where that makes a reactor of it.
pub(super) fn read(opts: &Opts) -> Result<Vec<u8>> {
    let file = &opts.file;
    let name = || format!("`{}`", shown(file));
    let bytes = fs::read(file).with_context(|| format!("{} can't be read", name()))?;
    let options = opts.assume.map_or_else(PatchOptions::default, |assumption| {
        PatchOptions::default().assume(match assumption {
            Assumption::Wrapped => Assume::Wrapped,
            Assumption::Clean => Assume::Clean,
        })
    });
    let patched = match patch(&bytes, &options) {
        Ok(patched) => {
            note(file, &patched.changes);
            match patched.bytes {
                Cow::Owned(patched) => Some(patched),
                Cow::Borrowed(_) => None,
            }
        }
        Err(refused @ (Refused::Failed { .. } | Refused::NotAsAssumed { .. })) => {
            bail!("{}: {refused}", name())
        }
        // The host finds the same faults, and says whose they are.
        Err(_) => None,
    };
    Ok(patched.unwrap_or(bytes))
}

/// What can be done about it from here is said as well.
pub(super) fn explained(error: Error) -> anyhow::Error {
    let asks = |found: &Diagnostic| found.rule == Rule::R003 && found.remedy.contains("--assume");
    match &error {
        // Only a person can tell what the module is.
        Error::NotAReactor { diagnostics, .. } if diagnostics.iter().any(asks) => {
            anyhow!("{error}\nhelp: `run` takes `--assume` too, for this run alone")
        }
        Error::MissingImports { .. } => {
            anyhow!("{error}\nhelp: where no CALL needs them, `--missing trap` runs it without")
        }
        _ => error.into(),
    }
}

/// Says what the module will not find.
pub(super) fn note_stand_ins(opts: &Opts, stand_ins: &[MissingImport]) {
    /// A module may import hundreds.
    const SHOWN: usize = 8;
    if stand_ins.is_empty() {
        return;
    }
    let name = |it: &MissingImport| quote::escape(&format!("{}.{}", it.module, it.name));
    let mut names: Vec<_> = stand_ins.iter().take(SHOWN).map(name).collect();
    if let more @ 1.. = stand_ins.len() - names.len() {
        names.push(format!("and {more} more"));
    }
    let what = match opts.missing {
        Some(StandIn::Zero) => "answers 0",
        _ => "ends the instance",
    };
    fail::say(format_args!(
        "note: `{}` imports functions that this host does not have, and a call of one {what}: {}",
        shown(&opts.file),
        names.join(", "),
    ));
}

/// Says that what runs is not quite what the file holds.
fn note(file: &Path, changes: &[Change]) {
    let done: Vec<_> = changes.iter().map(ToString::to_string).collect();
    if !changes.is_empty() {
        let done = done.join("; ");
        fail::say(format_args!("note: `{}` is patched in memory: {done}", shown(file)));
    }
}

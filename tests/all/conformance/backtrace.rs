//! Backtraces of guests with debug information: each guest marks the line that panics with `HERE`.
//! The backtrace must name that file and line before `patch` and after it.

use std::fs;

use anyhow::{Context, Result, ensure};
use polyreactor_host::convention::{Change, PatchOptions, Section, inspect, patch};

use super::engine::{Bare, Frame};
use super::header::Header;
use super::language::{self, Add, Guest};

pub(crate) fn trials(add: &mut Add<'_>) {
    for guest in language::guests().into_iter().filter(|guest| guest.name == "panics") {
        for build in guest.builds.clone().into_iter().filter(|build| build.name != "named") {
            let name = format!("{}::backtrace::{}", guest.language.name, build.name);
            let guest = guest.clone();
            let run = move || check(&guest, &guest.module(&build)?);
            add(name, Box::new(run));
        }
    }
}

fn check(guest: &Guest, module: &[u8]) -> Result<()> {
    let source = fs::read_to_string(&guest.file)?;
    let line = source.lines().position(|line| line.ends_with("// HERE"));
    let here = line.context("no line is marked HERE")? + 1;
    let name = guest.file.file_name().context("a file")?.to_string_lossy().into_owned();
    let calls = Header::read(&guest.file)?.calls()?;
    let last = calls.last().context("a call that traps")?;

    let patched = patch(module, &PatchOptions::default())?;
    let lost = patched
        .changes
        .iter()
        .find(|change| matches!(change, Change::DroppedDebugInformation { .. }));
    ensure!(lost.is_none(), "{lost:?}");
    // The debug sections must be identical: `patch` keeps the offsets of the code, so they are
    // still true.
    let debug = |module: &[u8]| -> Result<Vec<Section>> {
        let sections = inspect(module)?.sections.into_iter();
        Ok(sections.filter(|section| section.name.starts_with(".debug_")).collect())
    };
    let (before, after) = (debug(module)?, debug(&patched.bytes)?);
    ensure!(before == after && !before.is_empty(), "{before:?} has become {after:?}");

    let [before, after] = [module, &patched.bytes].map(|module| -> Result<Vec<Frame>> {
        let frames = Bare::start(module)?.trap(last)?;
        // Frames outside of the guest's own file belong to wrappers or to the standard library.
        Ok(frames.into_iter().filter(|frame| frame.file.ends_with(&name)).collect())
    });
    let (before, after) = (before?, after?);
    ensure!(before == after, "{before:#?} before, {after:#?} after");
    let named = after.iter().any(|frame| frame.line == here);
    ensure!(named && after.len() > 1, "{name}:{here} and its caller are not among {after:#?}");
    Ok(())
}

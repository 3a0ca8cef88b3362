//! Patching: makes a reactor of a module, or refuses it with every reason ([`Refused`]).
//!
//! `patch/` holds the passes, each a file (`unwrap.rs`, `constructors.rs`, `initialize.rs`,
//! `leftovers.rs`). A pass adds its changes to an `Edit` (`edit.rs`) and returns a [`Change`] for
//! the report; `write.rs` then carries the edit out, with `code.rs`, `references.rs`, `names.rs`
//! and `splice.rs`. The passes use the index of the module and the verdicts of `wrapping` and
//! `constructors`; they decide nothing about evidence, and nothing else of the crate uses them.

use std::borrow::Cow;

use crate::constructors::{Constructors, constructors as constructors_of};
use crate::inspect::Inspection;
use crate::module::Module;
use crate::rename::renamed;
use crate::rules::{CheckOptions, Rule, check};
use crate::wrapping::{self, Assume, Wrapped, Wrapping};
use crate::{Diagnostic, Language, Severity};

mod change;
mod code;
mod constructors;
mod edit;
mod initialize;
mod leftovers;
mod names;
mod references;
mod refused;
mod splice;
mod unwrap;
mod write;

pub use change::Change;
use edit::Edit;
pub use refused::Refused;

/// Options of [`patch`].
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct PatchOptions {
    /// Whether the exports are wrapped, for a module whose bytes do not show it (R003). Default:
    /// `None`: [`patch`] refuses such a module. It also refuses a module whose bytes contradict the
    /// assumption.
    pub assume: Option<Assume>,
    /// The source language, which selects remedies. Default: the language that the bytes show.
    pub language: Option<Language>,
}

impl PatchOptions {
    /// Sets whether the exports are wrapped, for a module whose bytes do not show it (R003).
    pub fn assume(self, assume: Assume) -> Self {
        PatchOptions { assume: Some(assume), ..self }
    }

    /// Sets the source language of the module.
    pub fn language(self, language: Language) -> Self {
        PatchOptions { language: Some(language), ..self }
    }
}

/// A module that keeps the convention's rules about shape.
#[derive(Debug, Clone)]
pub struct Patched<'a> {
    /// The module. Borrows the input if nothing had to be changed.
    pub bytes: Cow<'a, [u8]>,
    /// The changes; empty if the bytes are those of the input.
    pub changes: Vec<Change>,
}

/// Makes a reactor of a module.
///
/// The bytes of a module that already keeps the convention are returned unchanged. Any other module
/// is repaired completely (R001, R003, R005, R006, R012, R013) or refused, and the result is
/// validated and checked once more. Imports (R007) are not checked: whether they are served depends
/// on the host.
///
/// Only the parts that change are encoded anew; all other code and data is copied byte by byte.
/// Debug information and custom sections that would become wrong are dropped, which
/// [`Patched::changes`] reports. Peak memory beside the input is one to four times the size of a
/// module that a compiler wrote, and up to forty times the size of a module that consists of
/// exports only. The time is about that of two validations.
///
/// # Errors
///
/// - [`Refused::Malformed`] if `bytes` are not a valid core module.
/// - [`Refused::Faulty`] with every error that patching cannot repair. Without an assumption in
///   `options`, that includes a module whose bytes do not show whether its exports are wrapped
///   (R003).
/// - [`Refused::NotAsAssumed`] if the bytes contradict the assumption in `options`, or if the
///   wrapping that it assumes cannot be taken out.
/// - [`Refused::Failed`] if the result is not valid, which is a bug in this crate.
pub fn patch<'a>(bytes: &'a [u8], options: &PatchOptions) -> Result<Patched<'a>, Refused> {
    let Some((renamed, exports)) = renamed(bytes) else { return patch_named(bytes, options) };
    let patched = match patch_named(&renamed, options) {
        // Renaming moves bytes: inspecting the input gives an error with offsets in the input.
        Err(Refused::Malformed(malformed)) => {
            return Err(crate::inspect(bytes).err().unwrap_or(malformed).into());
        }
        patched => patched?,
    };
    let mut changes = vec![Change::RenamedExports { exports }];
    changes.extend(patched.changes);
    Ok(Patched { bytes: Cow::Owned(patched.bytes.into_owned()), changes })
}

/// [`patch`], for a module whose exports have been renamed to their own names.
fn patch_named<'a>(bytes: &'a [u8], options: &PatchOptions) -> Result<Patched<'a>, Refused> {
    let how = CheckOptions { language: options.language, ..CheckOptions::default() };
    let Some((bytes, changes)) = mended(bytes, options, &how)? else {
        return Ok(Patched { bytes: Cow::Borrowed(bytes), changes: Vec::new() });
    };
    let mended = crate::inspect(&bytes).map_err(|malformed| Refused::Failed {
        why: format!("the output is not a valid module: {malformed}"),
    })?;
    refuse_faults(&check(&mended, &how), |found| {
        found.hinders_patch() || found.mended_by_patch && found.severity == Severity::Error
    })?;
    Ok(Patched { bytes: Cow::Owned(bytes), changes })
}

/// The repaired module and the changes; `None` if there is nothing to repair.
fn mended(
    bytes: &[u8],
    options: &PatchOptions,
    how: &CheckOptions,
) -> Result<Option<Mended>, Refused> {
    let module = Module::read(bytes)?;
    let mut inspection = Inspection::of(&module, bytes.len());
    let mut records_assumption = false;
    if let Some(assume) = options.assume {
        let wrapping = wrapping::assume(&module, assume)
            .map_err(|why| Refused::NotAsAssumed { assume, why })?;
        // An assumption that decided is recorded in `producers` (R011): otherwise the next `check`
        // or `patch` could not decide either.
        records_assumption = wrapping != inspection.wrapping;
        inspection.wrapping = wrapping;
        inspection.constructors = constructors_of(&module, &inspection.wrapping);
        if inspection.constructors == Constructors::Hidden && assume == Assume::Clean {
            inspection.constructors = Constructors::Once;
            records_assumption = true;
        }
    }
    let diagnostics = check(&inspection, how);
    refuse_faults(&diagnostics, Diagnostic::hinders_patch)?;
    let mends = |rule| {
        let mut mended = diagnostics.iter().filter(|diagnostic| diagnostic.mended_by_patch);
        mended.any(|diagnostic| diagnostic.rule == rule)
    };
    if !records_assumption && !Rule::all().any(mends) {
        return Ok(None);
    }
    let plan = Plan {
        moves_start: mends(Rule::R005),
        wrapped: match inspection.wrapping {
            Wrapping::Wrapped(wrapped) => Some(wrapped),
            _ => None,
        },
        constructors: inspection.constructors,
    };
    Ok(Some(carried_out(&plan, &module)?))
}

/// The repairs that a module needs.
struct Plan {
    /// The wrapping to take out.
    wrapped: Option<Wrapped>,
    constructors: Constructors,
    /// Whether the new `_initialize` has to call the function of the start section.
    moves_start: bool,
}

/// The new module, and the changes that were made.
type Mended = (Vec<u8>, Vec<Change>);

fn carried_out(plan: &Plan, module: &Module<'_>) -> Result<Mended, Refused> {
    let mut edit = Edit::of(module);
    let mut done = Vec::new();
    done.extend(plan.wrapped.as_ref().map(|wrapped| unwrap::unwrap(&mut edit, wrapped)));
    done.extend(constructors::guard(&mut edit, plan));
    done.extend(initialize::take_start(&mut edit, plan));
    done.extend(initialize::initialize(&mut edit, plan));
    done.extend(leftovers::remove(&mut edit));
    let written = write::write(&edit)?;
    let dropped = written.dropped.into_iter().map(|name| Change::DroppedSection { name });
    let mut changes: Vec<Change> = dropped.chain(done).collect();
    if written.lost_debug {
        let why = "rewriting moved code, so its addresses are wrong".to_owned();
        changes.push(Change::DroppedDebugInformation { why });
    }
    if changes.is_empty() {
        changes.push(Change::Signed);
    }
    Ok((written.bytes, changes))
}

/// Returns [`Refused::Faulty`] with the diagnostics for which `counts` holds, if there are any.
fn refuse_faults(
    diagnostics: &[Diagnostic],
    counts: impl Fn(&Diagnostic) -> bool,
) -> Result<(), Refused> {
    let faults: Vec<_> = diagnostics.iter().filter(|found| counts(found)).cloned().collect();
    if faults.is_empty() { Ok(()) } else { Err(Refused::Faulty(faults)) }
}

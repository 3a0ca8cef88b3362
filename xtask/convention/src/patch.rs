//! Makes a reactor of a module: bytes in, a [`Patched`] out; or a [`Refused`] that says why not.

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

/// What to do where there is a choice.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct PatchOptions {
    /// What the module is, where its bytes do not tell whether it is wrapped (R003).
    pub assume: Option<Assume>,
    /// The language it was written in, for remedies, where that is known.
    pub language: Option<Language>,
}

impl PatchOptions {
    /// With this answer for a module whose bytes do not tell whether it is wrapped.
    pub fn assume(self, assume: Assume) -> Self {
        PatchOptions { assume: Some(assume), ..self }
    }

    /// With the language that the module was written in.
    pub fn language(self, language: Language) -> Self {
        PatchOptions { language: Some(language), ..self }
    }
}

/// A module that keeps the convention's rules about shape.
#[derive(Debug, Clone)]
pub struct Patched<'a> {
    /// The module: the very bytes that came in where nothing had to be done.
    pub bytes: Cow<'a, [u8]>,
    /// What was done, in order; empty where the bytes are those that came in.
    pub changes: Vec<Change>,
}

/// Makes a reactor of a module.
///
/// What keeps the convention already comes back as the same bytes. What does not is mended
/// as a whole (R001, R003, R005, R006, R012), and the result is validated and checked once more.
/// Whether a host serves what the module imports (R007) is not asked here.
///
/// Only what has to change is written anew; every other byte of code and data is copied as it lies.
/// At its peak that takes one to four times the size of what compilers write in memory, beside the
/// module itself, and up to forty times the size of a module that is nothing but exports; and about
/// the time of two validations.
///
/// # Errors
///
/// [`Refused`], with every fault that patching cannot mend, or where the bytes do not tell
/// what the module is and `options` do not either.
pub fn patch<'a>(bytes: &'a [u8], options: &PatchOptions) -> Result<Patched<'a>, Refused> {
    let Some((renamed, exports)) = renamed(bytes) else { return patch_named(bytes, options) };
    let patched = match patch_named(&renamed, options) {
        // The places that the error names are those of the bytes that came in.
        Err(Refused::Malformed(malformed)) => {
            return Err(crate::inspect(bytes).err().unwrap_or(malformed).into());
        }
        patched => patched?,
    };
    let mut changes = vec![Change::RenamedExports { exports }];
    changes.extend(patched.changes);
    Ok(Patched { bytes: Cow::Owned(patched.bytes.into_owned()), changes })
}

/// Makes a reactor of a module whose exports have their own names.
fn patch_named<'a>(bytes: &'a [u8], options: &PatchOptions) -> Result<Patched<'a>, Refused> {
    let how = CheckOptions { language: options.language, ..CheckOptions::default() };
    let Some((bytes, changes)) = mended(bytes, options, &how)? else {
        return Ok(Patched { bytes: Cow::Borrowed(bytes), changes: Vec::new() });
    };
    let mended = crate::inspect(&bytes).map_err(|malformed| Refused::Failed {
        why: format!("what came out is not a valid module: {malformed}"),
    })?;
    refuse_faults(&check(&mended, &how), |found| {
        found.hinders_patch() || found.mended_by_patch && found.severity == Severity::Error
    })?;
    Ok(Patched { bytes: Cow::Owned(bytes), changes })
}

/// The module with everything done to it, and what that was; none where there is nothing to do.
fn mended(
    bytes: &[u8],
    options: &PatchOptions,
    how: &CheckOptions,
) -> Result<Option<Mended>, Refused> {
    let module = Module::read(bytes)?;
    let mut inspection = Inspection::of(&module, bytes.len());
    let mut signs = false;
    if let Some(assume) = options.assume {
        let wrapping = wrapping::assume(&module, assume)
            .map_err(|why| Refused::NotAsAssumed { assume, why })?;
        // What only a person could tell has to be written down, or the next one asks again.
        signs = wrapping != inspection.wrapping;
        inspection.wrapping = wrapping;
        inspection.constructors = constructors_of(&module, &inspection.wrapping);
        if inspection.constructors == Constructors::Hidden && assume == Assume::Clean {
            inspection.constructors = Constructors::Once;
            signs = true;
        }
    }
    let diagnostics = check(&inspection, how);
    refuse_faults(&diagnostics, Diagnostic::hinders_patch)?;
    let mends = |rule| {
        let mut mended = diagnostics.iter().filter(|diagnostic| diagnostic.mended_by_patch);
        mended.any(|diagnostic| diagnostic.rule == rule)
    };
    if !signs && !Rule::all().any(mends) {
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

/// What is to be done to a module.
struct Plan {
    wrapped: Option<Wrapped>,
    constructors: Constructors,
    /// Whether `_initialize` is to do what the start section does.
    moves_start: bool,
}

/// A new module, and what was done to the old one.
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
        let why = "some code lies elsewhere now than it says".to_owned();
        changes.push(Change::DroppedDebugInformation { why });
    }
    if changes.is_empty() {
        changes.push(Change::Signed);
    }
    Ok((written.bytes, changes))
}

/// Fails with the diagnostics that count.
fn refuse_faults(
    diagnostics: &[Diagnostic],
    counts: impl Fn(&Diagnostic) -> bool,
) -> Result<(), Refused> {
    let faults: Vec<_> = diagnostics.iter().filter(|found| counts(found)).cloned().collect();
    if faults.is_empty() { Ok(()) } else { Err(Refused::Faulty(faults)) }
}

//! Makes a reactor of a module: bytes in, a [`Patched`] out; or a [`Refused`] that says why not.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::constructors::{Constructors, constructors as constructors_of};
use crate::inspect::Inspection;
use crate::module::Module;
use crate::rename::renamed;
use crate::rules::{CheckOptions, check};
use crate::wrapping::{self, Assume, Wrapped, Wrapping};
use crate::{Diagnostic, Language, Malformed, Severity};

mod constructors;
mod debug;
mod guard;
mod initialize;
mod leftovers;
mod rewrite;
mod sections;
mod unwrap;

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

/// One thing that [`patch`] did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "did")]
#[non_exhaustive]
pub enum Change {
    /// R003: took the wrapping out of every exported function.
    Unwrapped {
        /// The exports, by name.
        exports: Vec<String>,
    },
    /// R001: added an `_initialize`, or put one before the author's.
    AddedInitialize {
        /// Whether it runs static constructors.
        constructors: bool,
        /// Whether it goes on to the author's own.
        before_own: bool,
    },
    /// R006: took linker leftovers out of the exports.
    RemovedLeftovers {
        /// The exports, by name.
        exports: Vec<String>,
    },
    /// R011: signed it, so that nobody asks again whether it is wrapped.
    Signed,
    /// R012: put a guard into the constructors function, so that it runs once.
    GuardedConstructors,
    /// R013: gave exports their own names.
    RenamedExports {
        /// The exports, by their own names.
        exports: Vec<String>,
    },
    /// Left out a custom section that the rewriting made untrue.
    DroppedSection {
        /// Its name.
        name: String,
    },
    /// Left out the debug information, because it could not be rewritten.
    DroppedDebugInformation {
        /// What is wrong with it.
        why: String,
    },
}

/// Why a module was not patched. Nothing of it was changed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Refused {
    /// It is no valid core module.
    Malformed(Malformed),
    /// It has faults that patching cannot mend: those of them that are errors.
    Faulty(Vec<Diagnostic>),
    /// It cannot be what the options say it is.
    NotAsAssumed {
        /// What they say.
        assume: Assume,
        /// What speaks against it.
        why: String,
    },
    /// Rewriting failed, by no fault of the module's.
    Failed {
        /// What was seen.
        why: String,
    },
}

/// Makes a reactor of a module.
///
/// What keeps the convention already comes back as the same bytes. What does not is mended
/// as a whole (R001, R003), and the result is validated and checked once more.
///
/// # Errors
///
/// [`Refused`], with every fault that patching cannot mend, or where the bytes do not tell
/// what the module is and `options` do not either.
pub fn patch<'a>(bytes: &'a [u8], options: &PatchOptions) -> Result<Patched<'a>, Refused> {
    let Some((renamed, exports)) = renamed(bytes) else { return patch_named(bytes, options) };
    let patched = match patch_named(&renamed, options) {
        // The places that it names are to be those of the bytes that came in.
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
    let how = CheckOptions { language: options.language, ..CheckOptions::default() };
    let diagnostics = check(&inspection, &how);
    refuse_faults(&diagnostics, |diagnostic| !diagnostic.mended_by_patch)?;
    if !signs && !diagnostics.iter().any(|diagnostic| diagnostic.mended_by_patch) {
        return Ok(Patched { bytes: Cow::Borrowed(bytes), changes: Vec::new() });
    }

    refuse_what_would_swell(&module, bytes.len())?;

    let wrapped = match inspection.wrapping {
        Wrapping::Wrapped(wrapped) => Some(wrapped),
        _ => None,
    };
    let plan = Plan { module: &module, wrapped, constructors: inspection.constructors };
    let (bytes, mut changes) = rewrite::rewrite(bytes, &plan)?;
    if changes.is_empty() {
        changes.push(Change::Signed);
    }
    let mended = crate::inspect(&bytes).map_err(|malformed| Refused::Failed {
        why: format!("what came out is not a valid module: {malformed}"),
    })?;
    refuse_faults(&check(&mended, &how), |_| true)?;
    changes.extend(sections::lost(&inspection.sections, &mended.sections, &changes));
    Ok(Patched { bytes: Cow::Owned(bytes), changes })
}

/// Rewriting spends memory on each local and each value of a block, of which a function of six
/// bytes may have fifty thousand. Compilers write more bytes than there are of those.
fn refuse_what_would_swell(module: &Module<'_>, size_bytes: usize) -> Result<(), Refused> {
    const ALWAYS_FINE: u64 = 100_000;
    if module.unfolded <= ALWAYS_FINE + size_bytes as u64 {
        return Ok(());
    }
    let what = format!("{} locals in {size_bytes} bytes", module.unfolded);
    Err(Refused::Malformed(Malformed::Unsupported { what }))
}

/// What is to be done to a module.
struct Plan<'m, 'a> {
    module: &'m Module<'a>,
    wrapped: Option<Wrapped>,
    constructors: Constructors,
}

fn refuse_faults(
    diagnostics: &[Diagnostic],
    counts: impl Fn(&Diagnostic) -> bool,
) -> Result<(), Refused> {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let faults: Vec<_> = errors.filter(|diagnostic| counts(diagnostic)).cloned().collect();
    if faults.is_empty() { Ok(()) } else { Err(Refused::Faulty(faults)) }
}

impl From<Malformed> for Refused {
    fn from(malformed: Malformed) -> Self {
        Refused::Malformed(malformed)
    }
}

impl Change {
    /// What was done, for the cell of a table.
    pub fn in_a_word(&self) -> &'static str {
        match self {
            Change::Unwrapped { .. } => "unwrapped",
            Change::AddedInitialize { .. } => "_initialize added",
            Change::RemovedLeftovers { .. } => "leftovers removed",
            Change::Signed => "signed",
            Change::GuardedConstructors => "constructors guarded",
            Change::RenamedExports { .. } => "exports renamed",
            Change::DroppedSection { .. } => "section dropped",
            Change::DroppedDebugInformation { .. } => "debug information dropped",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Unwrapped { exports } => {
                write!(f, "R003: unwrapped {}", exports.join(", ").escape_debug())
            }
            Change::AddedInitialize { constructors, before_own } => {
                f.write_str("R001: added `_initialize`")?;
                match (constructors, before_own) {
                    (true, true) => f.write_str(", which runs the constructors, then its own"),
                    (true, false) => f.write_str(", which runs the constructors"),
                    (false, true) => f.write_str(", which guards its own"),
                    (false, false) => Ok(()),
                }
            }
            Change::RemovedLeftovers { exports } => {
                write!(f, "R006: removed from the exports {}", exports.join(", ").escape_debug())
            }
            Change::Signed => f.write_str("R011: signed it, as it is what you say"),
            Change::GuardedConstructors => {
                f.write_str("R012: guarded the constructors, so that they run once")
            }
            Change::RenamedExports { exports } => {
                write!(
                    f,
                    "R013: gave exports their own names: {}",
                    exports.join(", ").escape_debug()
                )
            }
            Change::DroppedSection { name } => {
                write!(f, "left out section `{}`, untrue after rewriting", name.escape_debug())
            }
            Change::DroppedDebugInformation { why } => {
                write!(f, "left out the debug information: {why}")
            }
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Malformed(malformed) => malformed.fmt(f),
            Refused::Faulty(faults) => {
                for (number, fault) in faults.iter().enumerate() {
                    let gap = if number == 0 { "" } else { "\n" };
                    write!(f, "{gap}{fault}")?;
                }
                Ok(())
            }
            Refused::NotAsAssumed { assume, why } => {
                let assumed = match assume {
                    Assume::Wrapped => "wrapped",
                    Assume::Clean => "clean",
                };
                write!(f, "R003: it is not as `--assume {assumed}` says: {why}")
            }
            Refused::Failed { why } => write!(
                f,
                "rewriting the module failed: {why}; this is a fault of Polyreactor's, please \
                 report it with the module"
            ),
        }
    }
}

impl std::error::Error for Refused {}

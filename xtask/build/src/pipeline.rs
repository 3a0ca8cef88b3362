//! The pipeline: builds a project's plugins into reactors, and writes a manifest of them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Error, Result, anyhow, bail};
use polyreactor_contract::SECTION;
use polyreactor_convention::{
    CheckOptions, Diagnostic, Language, PatchOptions, Refused, Rule, Severity, Strip, check,
    inspect, patch, rename_exports, strip,
};

use crate::compile::{self, Adapter, Build, Compiled, Options};
use crate::manifest::{Manifest, Record};
use crate::output::{self, sha256};
use crate::plugin::Declared;
use crate::project::{Guest, Project};
use crate::toolchain;

/// The folder beside the artifacts for what the compilers write by themselves, where artifacts are
/// something else.
const UNPATCHED: &str = "unpatched";

/// Which of a project's guests to build; empty lists stand for all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Plugins, by name.
    pub names: Vec<String>,
    /// Languages.
    pub languages: Vec<Language>,
}

/// What [`build_guests`] has done.
#[derive(Debug)]
pub struct Outcome {
    /// All that is built now, by this and by earlier calls.
    pub manifest: Manifest,
    /// What this call built, and what each is to be told about.
    pub built: Vec<(Record, Vec<Diagnostic>)>,
    /// What is worth knowing of how a guest behaves, which is no rule about its shape.
    pub notes: Vec<(Guest, String)>,
    /// Settings of this machine by which somebody meant to steer compilers, and that plugins do not
    /// obey, or should not depend on: where each is, and where to say it instead.
    pub ignored: Vec<String>,
    /// What could not be built, and why.
    pub failed: Vec<(Guest, Error)>,
}

/// Builds the selected guests into `<target>/guests/<language>/<name>.wasm`.
///
/// A guest that fails takes no other one with it, and leaves no artifact, old or new.
///
/// # Errors
///
/// Where the selection names what is not there, or the folder cannot be written. That a
/// guest fails is no error of this function: see [`Outcome::failed`].
pub fn build_guests(project: &Project, selection: &Selection, options: Options) -> Result<Outcome> {
    let guests = selection.of(project)?;
    let folder = project.target.join("guests");
    fs::create_dir_all(&folder).with_context(|| format!("cannot write to {}", folder.display()))?;
    let _lock = toolchain::lock(&folder.join(".lock"), "building guests")?;

    let earlier = Manifest::read(&folder).map_or(Vec::new(), |manifest| manifest.guests);
    let (mut built, mut failed) = (Vec::new(), Vec::new());
    let (mut notes, mut ignored) = (Vec::new(), Vec::new());
    for guest in guests {
        say!("  Building {} ({})", guest.name, guest.language);
        match build(project, guest, options, &folder) {
            Ok(done) => {
                notes.extend(done.notes.into_iter().map(|note| (guest.clone(), note)));
                ignored.extend(done.ignored);
                built.push((done.record, done.remarks));
            }
            Err(error) => failed.push((guest.clone(), error)),
        }
    }
    let records: Vec<_> = built.iter().map(|(record, _)| record.clone()).collect();
    let manifest = record(project, &folder, earlier, records, &failed)?;
    let mut told = BTreeSet::new();
    ignored.retain(|note| told.insert(note.clone()));
    Ok(Outcome { manifest, built, notes, ignored, failed })
}

/// A guest that was built, and what there is to say of it.
struct Built {
    record: Record,
    remarks: Vec<Diagnostic>,
    notes: Vec<String>,
    ignored: Vec<String>,
}

/// One guest, from source to reactor.
fn build(project: &Project, guest: &Guest, options: Options, folder: &Path) -> Result<Built> {
    let adapter = compile::adapter(guest.language)?;
    let compiled = adapter.compile(&Build::new(project, guest, options))?;
    let named = rename_exports(&compiled.bytes);
    let built = match options.debug {
        true => Cow::Borrowed(&named[..]),
        false => strip(&named, Strip::DebugInformation)?,
    };
    let patched =
        patch(&built, &PatchOptions::default().language(guest.language)).map_err(explained)?;
    let reactor = match options.strip {
        true => strip(&patched.bytes, Strip::Names)?,
        false => Cow::Borrowed(&patched.bytes[..]),
    };
    let reactor = match &guest.declared {
        Some(declared) => with_contract(reactor, declared, guest, adapter)?,
        None => reactor,
    };
    let remarks = check(&inspect(&reactor)?, &CheckOptions::default().language(guest.language));
    // Patching leaves imports to the host; but what is built here is to run in any.
    let errors = remarks.iter().filter(|remark| remark.severity == Severity::Error);
    let errors: Vec<_> = errors.map(ToString::to_string).collect();
    if !errors.is_empty() {
        bail!("{NO_REACTOR}:\n{}", errors.join("\n"));
    }
    // Of a module from anywhere it is a warning; but what is built here is to be called.
    if let Some(empty) = remarks.iter().find(|remark| remark.rule == Rule::R009) {
        let why = adapter.why_not_exported(guest);
        let help = why.map_or(String::new(), |why| format!("\n  help: {why}"));
        bail!("{}{help}", Diagnostic { severity: Severity::Error, ..empty.clone() });
    }

    let path = artifact(guest)?;
    for place in [folder.join(&path), folder.join(UNPATCHED).join(&path)] {
        let parent = place.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .with_context(|| format!("cannot write to {}", parent.display()))?;
    }
    let by_itself = compiled.by_itself.as_deref().filter(|bytes| *bytes != compiled.bytes);
    let is_changed = by_itself.is_some() || !patched.changes.is_empty();
    let unpatched = is_changed.then(|| format!("{UNPATCHED}/{path}"));
    match &unpatched {
        Some(unpatched) => output::write(&folder.join(unpatched), by_itself.unwrap_or(&built))?,
        None => output::remove(&folder.join(format!("{UNPATCHED}/{path}")))?,
    }
    output::write(&folder.join(&path), &reactor)?;
    let record = Record {
        name: guest.name.clone(),
        language: guest.language,
        size_bytes: reactor.len(),
        sha256: sha256(&reactor),
        compiler: compiled.compiler.clone(),
        changes: patched.changes,
        contract: guest.contract().cloned(),
        path,
        unpatched,
    };
    let Compiled { notes, ignored, .. } = compiled;
    Ok(Built { record, remarks, notes, ignored })
}

const NO_REACTOR: &str = "what the compiler wrote is no reactor, and cannot be made one";

/// The module with its contract behind it, which it keeps.
fn with_contract<'a>(
    module: Cow<'a, [u8]>,
    declared: &Declared,
    guest: &Guest,
    adapter: &dyn Adapter,
) -> Result<Cow<'a, [u8]>> {
    let inspection = inspect(&module)?;
    declared.check(&inspection, guest.language, || adapter.why_not_exported(guest))?;
    match &inspection.contract {
        None => Ok(Cow::Owned(declared.contract.append_to(&module))),
        Some(Ok(own)) if *own == declared.contract => Ok(module),
        Some(_) => bail!(
            "what the compiler wrote has a section `{SECTION}` of its own, which says something \
             else than the plugin's description; take it out of the source"
        ),
    }
}

/// Puts the new records beside the earlier ones that still hold, and takes away the files of
/// those that do not.
fn record(
    project: &Project,
    folder: &Path,
    earlier: Vec<Record>,
    new: Vec<Record>,
    failed: &[(Guest, Error)],
) -> Result<Manifest> {
    let is = |guest: &Guest, record: &Record| {
        guest.name == record.name && guest.language == record.language
    };
    let (kept, gone): (Vec<_>, Vec<_>) = earlier
        .into_iter()
        .filter(|old| !new.iter().any(|new| new.name == old.name && new.language == old.language))
        .partition(|old| {
            project.guests.iter().any(|guest| is(guest, old))
                && !failed.iter().any(|(guest, _)| is(guest, old))
                && old.is_whole(folder)
        });
    for file in gone.iter().flat_map(Record::files) {
        output::remove(&folder.join(file))?;
    }
    for (guest, _) in failed {
        output::remove(&folder.join(artifact(guest)?))?;
    }
    let manifest = Manifest::new(kept.into_iter().chain(new).collect());
    manifest.write(folder)?;
    Ok(manifest)
}

/// Where a guest's artifact is, from the folder of all.
fn artifact(guest: &Guest) -> Result<String> {
    let folder = compile::adapter(guest.language)?.folder();
    Ok(format!("{folder}/{}.wasm", guest.name))
}

fn explained(refused: Refused) -> Error {
    match refused {
        Refused::Faulty(_) => {
            anyhow!("{NO_REACTOR}:\n{refused}")
        }
        other => Error::new(other),
    }
}

impl Selection {
    pub(crate) fn of<'p>(&self, project: &'p Project) -> Result<Vec<&'p Guest>> {
        let names = || {
            let mut names: Vec<_> =
                project.guests.iter().map(|guest| guest.name.as_str()).collect();
            names.dedup();
            names.join(", ")
        };
        for name in &self.names {
            if !project.guests.iter().any(|guest| guest.name == *name) {
                bail!("there is no plugin `{}`; there are: {}", name.escape_debug(), names());
            }
        }
        let chosen = project.guests.iter().filter(|guest| {
            (self.names.is_empty() || self.names.contains(&guest.name))
                && (self.languages.is_empty() || self.languages.contains(&guest.language))
        });
        let chosen: Vec<_> = chosen.collect();
        if chosen.is_empty() {
            bail!("no plugin has an implementation in that language; there are: {}", names());
        }
        Ok(chosen)
    }
}

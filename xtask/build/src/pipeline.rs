//! The pipeline: builds the plugins of a project into reactors, and writes the manifest.

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
use crate::manifest::{Artifact, Manifest};
use crate::output::{self, sha256};
use crate::plugin::Declared;
use crate::project::{Guest, Project};
use crate::toolchain;
use polyreactor_terminal::print_stderr;

/// The folder of the compilers' own output, for those guests whose artifacts were patched, or
/// compiled with other start code. It lies beside the folders of the artifacts.
const UNPATCHED: &str = "unpatched";

/// The guests to build: those with one of the names and one of the languages. An empty list selects
/// all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Names of plugins.
    pub names: Vec<String>,
    /// Languages.
    pub languages: Vec<Language>,
}

/// The result of [`build_guests`].
#[derive(Debug)]
pub struct BuildOutcome {
    /// The manifest with all current artifacts, those of earlier calls included.
    pub manifest: Manifest,
    /// The manifest entries of the guests that this call built, each with the diagnostics of its
    /// artifact: warnings and notes.
    pub built: Vec<(Artifact, Vec<Diagnostic>)>,
    /// Notes on the behaviour of a guest (rules `B…`), which `check` cannot see in the artifact.
    pub notes: Vec<(Guest, String)>,
    /// Notes on settings of this machine (environment variables, the user's configuration of cargo
    /// and go) that change what compilers do. The builds ignore most of these settings. Each note
    /// says whether the builds ignored its setting, and where in the project it can be set instead.
    pub ignored: Vec<String>,
    /// The guests that could not be built, each with the cause.
    pub failed: Vec<(Guest, Error)>,
}

/// Builds the selected guests into `<target>/guests/<language>/<name>.wasm`, and writes
/// `<target>/guests/manifest.json`.
///
/// A guest that fails does not stop the others; its artifact of an earlier build is removed. Waits
/// while another process builds guests into the same folder. Progress and the messages of the
/// compilers go to stderr.
///
/// # Errors
///
/// The selection names a plugin that the project does not have, or matches no guest; or files
/// cannot be written. A guest that fails is no error of this function: see [`BuildOutcome::failed`].
pub fn build_guests(
    project: &Project,
    selection: &Selection,
    options: Options,
) -> Result<BuildOutcome> {
    let guests = selection.of(project)?;
    let folder = project.target.join("guests");
    fs::create_dir_all(&folder).with_context(|| format!("cannot write to {}", folder.display()))?;
    let _lock = toolchain::lock(&folder.join(".lock"), "building guests")?;

    let earlier = Manifest::read(&folder).map_or(Vec::new(), |manifest| manifest.guests);
    let (mut built, mut failed) = (Vec::new(), Vec::new());
    let (mut notes, mut ignored) = (Vec::new(), Vec::new());
    for guest in guests {
        print_stderr!("  Building {} ({})", guest.name, guest.language);
        match build(project, guest, options, &folder) {
            Ok(done) => {
                notes.extend(done.notes.into_iter().map(|note| (guest.clone(), note)));
                ignored.extend(done.ignored);
                built.push((done.artifact, done.remarks));
            }
            Err(error) => failed.push((guest.clone(), error)),
        }
    }
    let new: Vec<_> = built.iter().map(|(artifact, _)| artifact.clone()).collect();
    let manifest = update_manifest(project, &folder, earlier, new, &failed)?;
    let mut seen = BTreeSet::new();
    ignored.retain(|note| seen.insert(note.clone()));
    Ok(BuildOutcome { manifest, built, notes, ignored, failed })
}

/// A guest that was built, with the notes on it.
struct Built {
    artifact: Artifact,
    remarks: Vec<Diagnostic>,
    notes: Vec<String>,
    ignored: Vec<String>,
}

/// Builds one guest from source to reactor, and writes its artifact.
fn build(project: &Project, guest: &Guest, options: Options, folder: &Path) -> Result<Built> {
    let adapter = compile::adapter(guest.language)?;
    let compiled = adapter.compile(&Build::new(project, guest, options))?;
    let built = as_built(&compiled.bytes, options)?;
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
    // `patch` accepts any import, as the host may provide it; an artifact of `build-guests` has to
    // run in any host.
    let errors = remarks.iter().filter(|remark| remark.severity == Severity::Error);
    let errors: Vec<_> = errors.map(ToString::to_string).collect();
    if !errors.is_empty() {
        bail!("{NO_REACTOR}:\n{}", errors.join("\n"));
    }
    // R009 (no function to call) is a warning for a module from elsewhere; here a plugin without
    // exports is an error.
    if let Some(empty) = remarks.iter().find(|remark| remark.rule == Rule::R009) {
        let why = adapter.why_not_exported(guest);
        let help = why.map_or(String::new(), |why| format!("\n  help: {why}"));
        let mut error = empty.clone();
        error.severity = Severity::Error;
        bail!("{error}{help}");
    }

    let path = artifact_path(guest)?;
    for place in [folder.join(&path), folder.join(UNPATCHED).join(&path)] {
        let parent = place.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .with_context(|| format!("cannot write to {}", parent.display()))?;
    }
    let plain = compiled.plain.as_deref().filter(|bytes| *bytes != compiled.bytes);
    let plain = plain.map(|bytes| as_built(bytes, options)).transpose()?;
    let is_changed = plain.is_some() || !patched.changes.is_empty();
    let unpatched = is_changed.then(|| format!("{UNPATCHED}/{path}"));
    match &unpatched {
        Some(unpatched) => {
            output::write(&folder.join(unpatched), plain.as_ref().unwrap_or(&built))?
        }
        None => output::remove(&folder.join(format!("{UNPATCHED}/{path}")))?,
    }
    output::write(&folder.join(&path), &reactor)?;
    let artifact = Artifact {
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
    Ok(Built { artifact, remarks, notes, ignored })
}

/// A compiled module before it is patched: exports have their own names, and debug information is
/// stripped unless the options keep it.
fn as_built(compiled: &[u8], options: Options) -> Result<Vec<u8>> {
    let named = rename_exports(compiled).into_owned();
    match options.debug {
        true => Ok(named),
        false => Ok(strip(&named, Strip::DebugInformation)?.into_owned()),
    }
}

const NO_REACTOR: &str = "the compiled module is no reactor, and cannot be patched into one";

/// Compares the module with its contract, and appends the contract as a custom section.
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
            "the compiled module has a custom section `{SECTION}` already, which differs from the \
             contract in the plugin's description; remove it from the source"
        ),
    }
}

/// Writes the manifest: the new entries and the earlier ones that still hold. Removes the files of
/// earlier entries whose plugin is gone, whose build failed, or whose artifact was changed.
fn update_manifest(
    project: &Project,
    folder: &Path,
    earlier: Vec<Artifact>,
    new: Vec<Artifact>,
    failed: &[(Guest, Error)],
) -> Result<Manifest> {
    let is = |guest: &Guest, artifact: &Artifact| {
        guest.name == artifact.name && guest.language == artifact.language
    };
    let (kept, gone): (Vec<_>, Vec<_>) = earlier
        .into_iter()
        .filter(|old| !new.iter().any(|new| new.name == old.name && new.language == old.language))
        .partition(|old| {
            project.guests.iter().any(|guest| is(guest, old))
                && !failed.iter().any(|(guest, _)| is(guest, old))
                && old.is_whole(folder)
        });
    for file in gone.iter().flat_map(Artifact::files) {
        output::remove(&folder.join(file))?;
    }
    for (guest, _) in failed {
        let path = artifact_path(guest)?;
        output::remove(&folder.join(UNPATCHED).join(&path))?;
        output::remove(&folder.join(path))?;
    }
    let manifest = Manifest::new(kept.into_iter().chain(new).collect());
    manifest.write(folder)?;
    Ok(manifest)
}

/// The path of a guest's artifact, relative to the manifest's folder.
fn artifact_path(guest: &Guest) -> Result<String> {
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
    /// The selected guests of a project.
    ///
    /// # Errors
    ///
    /// The project has no plugin of a selected name, or no guest matches the selection.
    pub(crate) fn of<'p>(&self, project: &'p Project) -> Result<Vec<&'p Guest>> {
        let names = || {
            let mut names: Vec<_> =
                project.guests.iter().map(|guest| guest.name.as_str()).collect();
            names.dedup();
            names.join(", ")
        };
        for name in &self.names {
            if !project.guests.iter().any(|guest| guest.name == *name) {
                bail!("there is no plugin `{}`; the plugins are: {}", name.escape_debug(), names());
            }
        }
        let chosen = project.guests.iter().filter(|guest| {
            (self.names.is_empty() || self.names.contains(&guest.name))
                && (self.languages.is_empty() || self.languages.contains(&guest.language))
        });
        let chosen: Vec<_> = chosen.collect();
        if chosen.is_empty() {
            bail!(
                "no selected plugin is implemented in that language; the plugins are: {}",
                names()
            );
        }
        Ok(chosen)
    }
}

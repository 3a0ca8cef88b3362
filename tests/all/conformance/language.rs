//! Guests in four languages: each is one source file, and each build of a guest is a test.
//!
//! The submodules have a compiler each: [`Language`] is all that the tests need of one.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use polyreactor_tests::repository;

use super::header::{Build, Header};
use super::prove::{errors_are_as_declared, prove};
use super::seen;

mod c;
mod go;
mod rust;
mod zig;

pub(crate) type Add<'a> = dyn FnMut(String, Box<dyn FnOnce() -> Result<()> + Send>) + 'a;

/// A language: how to compile its guests.
pub(crate) struct Language {
    /// The name, which is also that of the folder in `conformance/`.
    pub(crate) name: &'static str,
    /// The file name extensions of guests.
    extensions: &'static [&'static str],
    /// Returns the compiler's full version.
    version: fn() -> Result<String>,
    /// Compiles a source file with additional flags into a module.
    compile: fn(&Path, &[String], &Path) -> Result<()>,
}

const LANGUAGES: [&Language; 4] = [&rust::RUST, &go::GO, &zig::ZIG, &c::C];

pub(crate) fn trials(add: &mut Add<'_>) {
    for guest in guests() {
        for build in guest.builds.clone() {
            let name = format!("{}::{}::{}", guest.language.name, guest.name, build.name);
            let guest = guest.clone();
            add(name, Box::new(move || check(&guest, &build)));
        }
    }
}

fn check(guest: &Guest, build: &Build) -> Result<()> {
    let header = Header::read(&guest.file)?;
    let version = (guest.language.version)()?;
    if header.all("NOT").any(|word| version.contains(word)) {
        return Ok(());
    }
    if let Some(words) = header.failure(&build.name, &version) {
        let error = guest.module(build).err().context("it compiles, but must not")?;
        ensure!(format!("{error:#}").contains(words), "no {words:?} in: {error:#}");
        return Ok(());
    }
    let proof = prove(&guest.module(build)?, &header.calls()?)?;
    let expected = header.all("REFUSED").find_map(|line| line.strip_prefix(&build.name));
    match (&proof.refused, expected) {
        (None, None) => {}
        (Some(refused), Some(rule)) if refused.to_string().contains(rule.trim()) => {}
        (Some(refused), _) => bail!("{refused}"),
        (None, Some(rule)) => bail!("`patch` did not refuse it, but must, because of {rule}"),
    }
    let (panics, quotes) = (header.failing("PANICS")?, header.failing("QUOTES")?);
    errors_are_as_declared(&guest.module(build)?, &panics, &quotes)?;
    let name = format!("{} {}", guest.name, build.name);
    seen::compare(&guest.language.toolchain()?, &name, &proof.line)
}

/// The guests of all languages.
pub(crate) fn guests() -> Vec<Guest> {
    let guests = LANGUAGES.into_iter().map(|language| language.guests());
    guests.flat_map(|guests| guests.unwrap_or_else(|error| panic!("{error:#}"))).collect()
}

/// A guest: a source file and its builds.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(crate) language: &'static Language,
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    pub(crate) builds: Vec<Build>,
}

impl Guest {
    /// Finds a guest by language and name, as in `rust/ctor`.
    pub(crate) fn named(name: &str) -> Result<Self> {
        let (language, guest) = name.split_once('/').context("LANGUAGE/GUEST")?;
        let language = LANGUAGES.into_iter().find(|found| found.name == language);
        let guests = language.context(name.to_owned())?.guests()?;
        guests.into_iter().find(|found| found.name == guest).context(name.to_owned())
    }

    /// The compiled module. It is compiled only if there is none yet of the same source, flags and
    /// compiler version.
    pub(crate) fn module(&self, build: &Build) -> Result<Vec<u8>> {
        let mut hash = DefaultHasher::new();
        (fs::read(&self.file)?, &build.flags, (self.language.version)()?).hash(&mut hash);
        let folder = scratch()?.join("built");
        fs::create_dir_all(&folder)?;
        let name = format!("{}-{}-{}", self.language.name, self.name, build.name);
        let file = folder.join(format!("{name}-{:016x}.wasm", hash.finish()));
        if !file.is_file() {
            let apart = tempfile::tempdir_in(&folder)?;
            let built = apart.path().join("guest.wasm");
            (self.language.compile)(&self.file, &build.flags, &built)?;
            fs::rename(built, &file)?;
        }
        Ok(fs::read(file)?)
    }
}

impl Language {
    /// The name of the file in `seen/`, as in `go-1.26`. Patch releases of a compiler share one.
    pub(crate) fn toolchain(&self) -> Result<String> {
        let version = (self.version)()?;
        let parts: Vec<&str> = version.split(['.', '-', ' ']).take(2).collect();
        Ok(format!("{}-{}", self.name, parts.join(".")))
    }

    pub(crate) fn guests(&'static self) -> Result<Vec<Guest>> {
        let folder = repository().join("tests/conformance").join(self.name);
        let entries = folder.read_dir().with_context(|| folder.display().to_string())?;
        let mut guests = Vec::new();
        for entry in entries {
            let file = entry?.path();
            let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
            if !self.extensions.contains(&extension.as_str()) {
                continue;
            }
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let builds =
                Header::read(&file)?.builds().with_context(|| file.display().to_string())?;
            guests.push(Guest { language: self, name, file, builds });
        }
        guests.sort_by(|a, b| a.name.cmp(&b.name));
        ensure!(!guests.is_empty(), "no guests in {}", folder.display());
        Ok(guests)
    }
}

/// The folder for what these tests build: in cargo's target folder, so that the next run finds it.
pub(crate) fn scratch() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let target = test.ancestors().nth(3).context("TARGET/PROFILE/deps/TEST")?;
    Ok(target.join("conformance"))
}

/// Runs a compiler and returns its stdout, or an error with its stderr.
pub(crate) fn run(command: &mut Command) -> Result<Vec<u8>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot run {program}"))?;
    if !output.status.success() {
        bail!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}

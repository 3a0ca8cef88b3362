//! Guests after `wasm-opt`. `patch` must repair such a module as a whole or refuse it; `patch` must
//! never take a wrapped module for a clean one, and never unwrap a part of the exports. A module
//! that is clean, or was patched before `wasm-opt`, must come back as the same bytes.
//!
//! `optimised/` holds some of these modules as text. Their headers say how they were made:
//!
//! ```wat
//! ;; BASE: rust/ctor plain
//! ;; FLAGS: -O2 -g
//! ```
//!
//! If `POLYREACTOR_WASM_OPT` is the path of a `wasm-opt`, every build of every guest is also
//! optimised at every level, the texts are compared with the output of that `wasm-opt`, and
//! `BLESS=1` rewrites them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use polyreactor_host::convention::{PatchOptions, Rule, Wrapping, inspect, patch};
use polyreactor_tests::{cli, repository};

use super::header::{Call, Header};
use super::language::{self, Add, Guest, run};
use super::prove::{Proof, prove};
use super::seen;

const LEVELS: [&str; 4] = ["-O1", "-O2", "-O3", "-Oz"];

/// In place of flags: `wasm-dis` and `wasm-as`, which invent names for the functions.
const THROUGH_TEXT: &str = "through-text";

/// The proposals that current compilers use. A stripped module does not declare them, so they are
/// passed to `wasm-opt`.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub(crate) fn trials(add: &mut Add<'_>) {
    let folder = repository().join("tests/conformance/optimised");
    let files = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let run = move || check_text(&file);
        add(format!("optimised::text::{name}"), Box::new(run));
    }
    let Some(program) = wasm_opt() else { return };
    for guest in language::guests() {
        let (guest, program) = (guest.clone(), program.clone());
        let name = format!("optimised::{}::{}", guest.language.name, guest.name);
        add(name, Box::new(move || check_guest(&guest, &program)));
    }
}

fn wasm_opt() -> Option<PathBuf> {
    env::var_os("POLYREACTOR_WASM_OPT").filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn check_text(file: &Path) -> Result<()> {
    let header = Header::read(file)?;
    let base = Base::named(header.one("BASE")?)?;
    if let Some(program) = wasm_opt() {
        let flags: Vec<&str> = header.one("FLAGS")?.split_whitespace().collect();
        let module = optimise(&program, &base.module()?, &flags)?;
        let top = format!(";; BASE: {}\n;; FLAGS: {}\n", header.one("BASE")?, header.one("FLAGS")?);
        let text = top + &wasmprinter::print_bytes(module)?;
        if cli::bless() {
            fs::write(file, text)?;
        } else {
            let is_same = text == fs::read_to_string(file)?;
            ensure!(is_same, "wasm-opt now writes (BLESS=1 rewrites the file):\n{text}");
        }
    }
    let proof = prove(&wat::parse_file(file)?, &base.calls)?;
    judge(&base, &proof)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    seen::compare("wasm-opt-132", &name, &proof.line)
}

/// Optimises every build of a guest at every level, unpatched and patched.
fn check_guest(guest: &Guest, program: &Path) -> Result<()> {
    for build in &guest.builds {
        for patched in ["", " patched"] {
            let name = format!("{}/{} {}", guest.language.name, guest.name, build.name);
            let base = Base::named(&format!("{name}{patched}"))?;
            let module = base.module().with_context(|| name.clone());
            let Ok(module) = module else { continue };
            for level in LEVELS {
                for names in [None, Some("-g")] {
                    let flags: Vec<&str> = [level].into_iter().chain(names).collect();
                    let name = format!("{name}{patched} {}", flags.join(" "));
                    let optimised = optimise(program, &module, &flags)?;
                    let proof = prove(&optimised, &base.calls).context(name.clone())?;
                    judge(&base, &proof).with_context(|| name.clone())?;
                    seen::compare("wasm-opt", &name, &proof.line)?;
                }
            }
        }
    }
    Ok(())
}

/// Checks what [`prove`] does not: a clean module comes back as the same bytes, and a refusal is
/// because of R003 or R012.
fn judge(base: &Base, proof: &Proof) -> Result<()> {
    if base.is_clean()? {
        ensure!(proof.same, "`patch` changed a clean module: {}", proof.line);
    }
    if let Some(refused) = &proof.refused {
        let message = refused.to_string();
        let named = [Rule::R003, Rule::R012].iter().any(|rule| message.contains(&rule.to_string()));
        ensure!(named, "refused for another reason than R003 and R012: {message}");
    }
    Ok(())
}

fn optimise(program: &Path, module: &[u8], flags: &[&str]) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let [from, text, to] =
        ["from.wasm", "text.wat", "to.wasm"].map(|name| folder.path().join(name));
    fs::write(&from, module)?;
    if flags == [THROUGH_TEXT] {
        // Binaryen installs all its programs in one folder.
        let [to_text, from_text] = ["wasm-dis", "wasm-as"].map(|name| program.with_file_name(name));
        run(Command::new(to_text).arg(&from).args(FEATURES).arg("-o").arg(&text))?;
        run(Command::new(from_text).arg(&text).args(FEATURES).arg("-g").arg("-o").arg(&to))?;
    } else {
        run(Command::new(program).arg(&from).args(FEATURES).args(flags).arg("-o").arg(&to))?;
    }
    Ok(fs::read(to)?)
}

/// The module to optimise: a build of a guest, as the linker wrote it or patched.
struct Base {
    guest: Guest,
    build: String,
    is_patched: bool,
    calls: Vec<Call>,
}

impl Base {
    /// Parses `rust/ctor plain` or `rust/ctor plain patched`.
    fn named(name: &str) -> Result<Self> {
        let mut words = name.split_whitespace();
        let guest = Guest::named(words.next().context("a guest")?)?;
        let build = words.next().context("a build")?.to_owned();
        let calls = Header::read(&guest.file)?.calls()?;
        Ok(Base { guest, build, is_patched: words.next() == Some("patched"), calls })
    }

    fn module(&self) -> Result<Vec<u8>> {
        let build = self.guest.builds.iter().find(|build| build.name == self.build);
        let module = self.guest.module(build.with_context(|| self.build.clone())?)?;
        if !self.is_patched {
            return Ok(module);
        }
        Ok(patch(&module, &PatchOptions::default())?.bytes.into_owned())
    }

    /// Whether the base is clean and `patch` changes nothing in it.
    fn is_clean(&self) -> Result<bool> {
        let module = self.module()?;
        let is_clean = inspect(&module)?.wrapping == Wrapping::Clean;
        let patched = patch(&module, &PatchOptions::default());
        Ok(is_clean && patched.is_ok_and(|patched| patched.changes.is_empty()))
    }
}

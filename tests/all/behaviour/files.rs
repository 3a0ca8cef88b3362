//! Measures which file a path leads to, for each arrangement of granted directories (B014): in a
//! bare engine and in our host.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use polyreactor_host::{Access, CallError, InstanceConfig, InstantiateError, Linked, Val};
use polyreactor_tests::faults::{LANGUAGES, engine, load};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

use super::bare::{Bare, Outcome};

/// The paths that the export `finds` takes by number. The first ones are measured in every
/// arrangement, all of them in the arrangements of `ALL_PATHS`.
const PATHS: [&str; 15] = [
    "in.txt",
    "./in.txt",
    "/in.txt",
    "/data/in.txt",
    "data/in.txt",
    "/more/in.txt",
    "/dataset.txt",
    "dataset.txt",
    "/moreset.txt",
    "../in.txt",
    "/../in.txt",
    "/data/../in.txt",
    "/data/none/../in.txt",
    "/data/link",
    "/data/set.txt/",
];
const IN_EVERY_ARRANGEMENT: usize = 6;

/// Granted directories as pairs of a host folder and a guest path, and the variable `PWD`.
struct Arrangement {
    directories: &'static [(&'static str, &'static str)],
    pwd: Option<&'static str>,
}

const ARRANGEMENTS: [Arrangement; 11] = [
    Arrangement { directories: &[], pwd: None },
    Arrangement { directories: &[("data", "/data")], pwd: None },
    Arrangement { directories: &[("data", "/data")], pwd: Some("/") },
    Arrangement { directories: &[("data", "/data")], pwd: Some("/data") },
    Arrangement { directories: &[("data", "data")], pwd: None },
    Arrangement { directories: &[("data", ".")], pwd: None },
    Arrangement { directories: &[("data", "/")], pwd: None },
    Arrangement { directories: &[("data", "/data"), ("more", "/more")], pwd: None },
    Arrangement { directories: &[("data", "/data"), ("more", "/more")], pwd: Some("/more") },
    Arrangement { directories: &[("data", "/data"), ("more", "/")], pwd: None },
    Arrangement { directories: &[("data", "/data"), ("more", "/")], pwd: Some("/data") },
];

/// The positions in `ARRANGEMENTS` of those that all paths are measured in.
const ALL_PATHS: [usize; 2] = [6, 7];

/// The directory whose file a path led to, in each language.
type Outcomes = [String; LANGUAGES.len()];

const INTRO: &str = "
## B014: paths, in granted directories

The directory whose file a guest reads at a path: `data` and `more` are two directories of the
host, each with a file `in.txt`, a file `set.txt` and a symbolic link `link` to `in.txt`, and – is
an error of the read. Where the three languages differ, the words stand for Rust, Go and Zig. \"By
itself\" is here the patched module in the bare engine.

Through our host two differences are left. Zig's library asks WASI not to follow symbolic links when
it opens a file. And wasi-libc (Rust, C) takes an empty path for the directory where relative paths
begin, so that a directory opens under that path, which Go's and Zig's libraries refuse.

| granted | path | by itself | through our host |
|---|---|---|---|
";

/// The section of the page.
pub(crate) fn section() -> Result<String> {
    let folder = tempfile::tempdir()?;
    for name in ["data", "more"] {
        std::fs::create_dir(folder.path().join(name))?;
        for file in ["in.txt", "set.txt"] {
            std::fs::write(folder.path().join(name).join(file), name)?;
        }
        std::os::unix::fs::symlink("in.txt", folder.path().join(name).join("link"))?;
    }
    let engine = engine()?;
    let mut guests = Vec::new();
    for language in LANGUAGES {
        guests.push((Bare::load_patched(language)?, load(&engine, language)?));
    }
    let mut section = INTRO.to_owned();
    for (position, arrangement) in ARRANGEMENTS.iter().enumerate() {
        let all = ALL_PATHS.contains(&position);
        let paths = if all { PATHS.len() } else { IN_EVERY_ARRANGEMENT };
        for (number, path) in (0..).zip(&PATHS[..paths]) {
            let (mut alone, mut hosted) = (Outcomes::default(), Outcomes::default());
            for (place, (bare, linked)) in guests.iter().enumerate() {
                alone[place] = arrangement.alone(bare, folder.path(), number)?;
                hosted[place] = arrangement.hosted(linked, folder.path(), number)?;
            }
            let given = arrangement.given();
            let (alone, hosted) = (joined(&alone), joined(&hosted));
            writeln!(section, "| {given} | `{path}` | {alone} | {hosted} |")?;
        }
    }
    Ok(section)
}

impl Arrangement {
    fn given(&self) -> String {
        let given = self.directories.iter().map(|(host, guest)| format!("`{host}::{guest}`"));
        let pwd = self.pwd.map(|pwd| format!("`PWD={pwd}`"));
        let given: Vec<_> = given.chain(pwd).collect();
        if given.is_empty() { "nothing".to_owned() } else { given.join(", ") }
    }

    fn alone(&self, bare: &Bare, folder: &Path, number: i32) -> Result<String> {
        let mut wasi = WasiCtxBuilder::new();
        for (host, guest) in self.directories {
            wasi.preopened_dir(folder.join(host), guest, FsPerms::ReadOnly)?;
        }
        if let Some(pwd) = self.pwd {
            wasi.env("PWD", pwd);
        }
        let mut guest = bare.start_with(&mut wasi)?;
        Ok(match guest.call("finds", &[number]) {
            Outcome::Returned(byte) => word(i32::try_from(byte)?)?,
            Outcome::Trap(_) => "panic".to_owned(),
            other => other.words(),
        })
    }

    fn hosted(&self, linked: &Linked, folder: &Path, number: i32) -> Result<String> {
        let mut config = InstanceConfig::new().no_timeout();
        for (host, guest) in self.directories {
            config = config.directory(folder.join(host), *guest, Access::ReadOnly);
        }
        if let Some(pwd) = self.pwd {
            config = config.env("PWD", pwd);
        }
        let mut instance = match linked.instantiate(&config) {
            Err(InstantiateError::Directory { .. }) => return Ok("refused".to_owned()),
            made => made?,
        };
        match instance.call_dynamic("finds", &[Val::S32(number)]) {
            Ok(outcome) => match outcome.results[..] {
                [Val::S32(byte)] => word(byte),
                _ => anyhow::bail!("{outcome:?}"),
            },
            Err(CallError::Panic { .. }) => Ok("panic".to_owned()),
            Err(other) => Err(other.into()),
        }
    }
}

/// The cell for a result of `finds`, which is the first byte of the file: each file contains the
/// name of its directory.
fn word(byte: i32) -> Result<String> {
    let first = |name: &&str| i32::from(name.as_bytes()[0]) == byte;
    match byte {
        -1 => Ok("–".to_owned()),
        _ => {
            let name = ["data", "more"].into_iter().find(first);
            Ok(name.with_context(|| format!("`finds` returned {byte}"))?.to_owned())
        }
    }
}

/// One word if all languages agree, else a word for each.
fn joined(outcomes: &Outcomes) -> String {
    match outcomes.iter().all(|outcome| *outcome == outcomes[0]) {
        true => outcomes[0].clone(),
        false => outcomes.join(", "),
    }
}

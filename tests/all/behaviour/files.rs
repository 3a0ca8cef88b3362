//! What paths lead to, in each arrangement of directories (B014): in a guest by itself, and through
//! our host.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use polyreactor_host::{Access, Error, InstanceConfig, Reactor, Val};
use polyreactor_tests::faults::{LANGUAGES, engine, load};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

use super::bare::{Bare, Came};

/// The paths in the guests' list.
const PATHS: [&str; 6] =
    ["in.txt", "./in.txt", "/in.txt", "/data/in.txt", "data/in.txt", "/more/in.txt"];

/// What the embedder gives: directories of the host's under paths of the guest's, and `PWD`.
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

/// What a path led to, in each language.
type Outcomes = [String; LANGUAGES.len()];

const INTRO: &str = "
## B014: paths, in directories that were given

What a guest finds at a path: `data` and `more` are two directories of the host's, each with a file
`in.txt`, and – is an error. Where the three languages find the same, one word stands for all;
else the words stand for Rust, Go and Zig.

| given | path | by itself | through our host |
|---|---|---|---|
";

/// The section of the page.
pub(crate) fn section() -> Result<String> {
    let folder = tempfile::tempdir()?;
    for name in ["data", "more"] {
        std::fs::create_dir(folder.path().join(name))?;
        std::fs::write(folder.path().join(name).join("in.txt"), name)?;
    }
    let engine = engine()?;
    let mut guests = Vec::new();
    for language in LANGUAGES {
        guests.push((Bare::load_patched(language)?, load(&engine, language)?));
    }
    let mut section = INTRO.to_owned();
    for arrangement in ARRANGEMENTS {
        for (number, path) in (0..).zip(PATHS) {
            let (mut alone, mut hosted) = (Outcomes::default(), Outcomes::default());
            for (place, (bare, reactor)) in guests.iter().enumerate() {
                alone[place] = arrangement.alone(bare, folder.path(), number)?;
                hosted[place] = arrangement.hosted(reactor, folder.path(), number)?;
            }
            let given = arrangement.given();
            writeln!(section, "| {given} | `{path}` | {} | {} |", same(&alone), same(&hosted))?;
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
            Came::Answer(answer) => word(i32::try_from(answer)?)?,
            Came::Trap(_) => "panic".to_owned(),
            other => other.words(),
        })
    }

    fn hosted(&self, reactor: &Reactor, folder: &Path, number: i32) -> Result<String> {
        let mut config = InstanceConfig::new().no_timeout();
        for (host, guest) in self.directories {
            config = config.directory(folder.join(host), *guest, Access::ReadOnly);
        }
        if let Some(pwd) = self.pwd {
            config = config.env("PWD", pwd);
        }
        let mut instance = match reactor.instantiate(&config) {
            Err(Error::Directory { .. }) => return Ok("refused".to_owned()),
            made => made?,
        };
        match instance.call("finds", &[Val::S32(number)]) {
            Ok(results) => match results[..] {
                [Val::S32(answer)] => word(answer),
                _ => anyhow::bail!("{results:?}"),
            },
            Err(Error::Panic { .. }) => Ok("panic".to_owned()),
            Err(other) => Err(other.into()),
        }
    }
}

fn word(answer: i32) -> Result<String> {
    let first = |name: &&str| i32::from(name.as_bytes()[0]) == answer;
    match answer {
        -1 => Ok("–".to_owned()),
        _ => {
            let name = ["data", "more"].into_iter().find(first);
            Ok(name.with_context(|| format!("it found {answer}"))?.to_owned())
        }
    }
}

fn same(outcomes: &Outcomes) -> String {
    match outcomes.iter().all(|outcome| *outcome == outcomes[0]) {
        true => outcomes[0].clone(),
        false => outcomes.join(", "),
    }
}

//! The header of a guest or a `.wat`, its first comment: how the guest is built, and what its calls
//! return.
//!
//! ```text
//! //! BUILD: stripped -C strip=symbols
//! //! CALLS: inc(1) = 21; inc(21) = 42
//! ```
//!
//! | line | meaning |
//! |---|---|
//! | `BUILD: NAME FLAG…` | a build, and compiler flags in addition to the usual ones |
//! | `FAILS: plain 1.100 TEXT` | from that compiler version on, the build `plain` fails with TEXT |
//! | `NOT: beta` | the guest is skipped with a compiler whose version contains that word |
//! | `REFUSED: plain R002` | `patch` refuses the build `plain`, and the message contains `R002` |
//! | `CALLS: inc(1) = 21; …` | calls on one instance, in order, and their results or `trap` |
//! | `PANICS: crash(1) = "no"` | our host reports the call as a panic with that message |
//! | `QUOTES: crash(2) = "no"` | our host reports a trap or an exit, and quotes a line with that |
//!
//! Each call of `PANICS` and `QUOTES` is made on a new instance; their texts are JSON strings. All
//! arguments and results are i32. `optimised.rs` and `refused.rs` describe the other lines that the
//! headers in `optimised/` and `refused/` have.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// The lines `KEY: TEXT` of the comment at the top of a file, as pairs.
pub(crate) struct Header {
    lines: Vec<(String, String)>,
}

/// One way to build a guest.
#[derive(Debug, Clone)]
pub(crate) struct Build {
    pub(crate) name: String,
    pub(crate) flags: Vec<String>,
}

/// A call, and its expected outcome.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) export: String,
    pub(crate) arguments: Vec<i32>,
    /// The results, separated by spaces, or `trap`; in `PANICS` and `QUOTES` the text.
    pub(crate) is: String,
}

impl Header {
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let comments = text.lines().map_while(|line| {
            let line = line.strip_prefix("//").or_else(|| line.strip_prefix(";;"))?;
            Some(line.trim_start_matches('!').trim())
        });
        let lines = comments.filter_map(|line| {
            let (name, rest) = line.split_once(':')?;
            let is_key = !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase());
            is_key.then(|| (name.to_owned(), rest.trim().to_owned()))
        });
        Ok(Header { lines: lines.collect() })
    }

    /// The texts of all lines with that key.
    pub(crate) fn all(&self, key: &str) -> impl Iterator<Item = &str> {
        let lines = self.lines.iter().filter(move |(name, _)| name == key);
        lines.map(|(_, rest)| rest.as_str())
    }

    pub(crate) fn one(&self, key: &str) -> Result<&str> {
        self.all(key).next().with_context(|| format!("no `{key}: …` at its top"))
    }

    pub(crate) fn builds(&self) -> Result<Vec<Build>> {
        let builds = self.all("BUILD").map(|line| {
            let mut words = line.split_whitespace().map(str::to_owned);
            let name = words.next().context("a BUILD has a name")?;
            Ok(Build { name, flags: words.collect() })
        });
        let builds: Vec<Build> = builds.collect::<Result<_>>()?;
        ensure!(!builds.is_empty(), "no `BUILD: NAME FLAG…` at its top");
        Ok(builds)
    }

    /// The error text with which a compiler of that version must refuse a build; `None` if the
    /// build must succeed.
    pub(crate) fn failure(&self, build: &str, version: &str) -> Option<&str> {
        self.all("FAILS").find_map(|line| {
            let (from, words) = line.strip_prefix(build)?.strip_prefix(' ')?.split_once(' ')?;
            (number(version) >= number(from)).then_some(words)
        })
    }

    /// The calls of all lines with the key `PANICS` or `QUOTES`; the text is in [`Call::is`].
    pub(crate) fn failing(&self, key: &str) -> Result<Vec<Call>> {
        let calls = self.all(key).map(|line| {
            let mut call = Call::parse(line).context(line.to_owned())?;
            call.is = serde_json::from_str(&call.is).context(line.to_owned())?;
            Ok(call)
        });
        calls.collect()
    }

    pub(crate) fn calls(&self) -> Result<Vec<Call>> {
        self.one("CALLS")?.split(';').map(Call::parse).collect()
    }
}

/// The first two numbers of a version, to be compared: 1 and 100 for `1.100.0-beta.7`.
fn number(version: &str) -> Vec<u32> {
    version.split(['.', '-', ' ']).map_while(|part| part.parse().ok()).take(2).collect()
}

impl Call {
    /// Parses `inc(1) = 21`.
    fn parse(text: &str) -> Result<Self> {
        let (call, is) = text.split_once(" = ").with_context(|| format!("no ` = ` in {text}"))?;
        let call = polyreactor_contract::Call::parse(call)?;
        let arguments: Result<_, _> = call.argument_texts().map(str::parse).collect();
        let arguments = arguments.with_context(|| text.to_owned())?;
        Ok(Call { export: call.name().to_owned(), arguments, is: is.trim().to_owned() })
    }
}

//! The first lines of a guest or a `.wat`: how the guest is built, and what its calls answer.
//!
//! ```text
//! //! BUILD: stripped -C strip=symbols
//! //! CALLS: inc(1) = 21; inc(21) = 42
//! ```
//!
//! A build is a name and what the compiler is told beside the usual. `FAILS: plain 1.100 WORDS`
//! says that it is an error, in these words, from that version of the compiler on; `NOT: beta`,
//! that nothing is to be learnt from a compiler that calls itself so. The calls go into one
//! instance, in that order; a call takes and answers numbers of type i32. `PANICS: crash(1) = "no"`
//! says that a call into a new instance is told as a panic with that message, a JSON string;
//! `QUOTES: crash(2) = "no"`, that it ends in another way, and its error quotes a line with that text.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// What the comment at a file's top says: the words before a colon, and what follows it.
pub(crate) struct Header {
    lines: Vec<(String, String)>,
}

/// One way to build a guest.
#[derive(Debug, Clone)]
pub(crate) struct Build {
    pub(crate) name: String,
    pub(crate) flags: Vec<String>,
}

/// A call, and what comes of it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) export: String,
    pub(crate) arguments: Vec<i32>,
    /// What it answers; `trap` where it does not.
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

    /// Everything that it says under that key.
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

    /// The words with which a compiler of that version refuses a build.
    pub(crate) fn failure(&self, build: &str, version: &str) -> Option<&str> {
        self.all("FAILS").find_map(|line| {
            let (from, words) = line.strip_prefix(build)?.strip_prefix(' ')?.split_once(' ')?;
            (number(version) >= number(from)).then_some(words)
        })
    }

    /// The calls that fail as the key says; what each is, is the text.
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

/// `1.100.0-beta.7` as numbers that can be compared: 1, 100.
fn number(version: &str) -> Vec<u32> {
    version.split(['.', '-', ' ']).map_while(|part| part.parse().ok()).take(2).collect()
}

impl Call {
    /// `inc(1) = 21`.
    fn parse(text: &str) -> Result<Self> {
        let (call, is) = text.split_once(" = ").with_context(|| format!("no ` = ` in {text}"))?;
        let call = polyreactor_contract::Call::parse(call)?;
        let arguments: Result<_, _> = call.argument_texts().map(str::parse).collect();
        let arguments = arguments.with_context(|| text.to_owned())?;
        Ok(Call { export: call.name().to_owned(), arguments, is: is.trim().to_owned() })
    }
}

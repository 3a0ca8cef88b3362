//! What was built: records in, `manifest.json` beside the artifacts out, and back.

use std::fs;
use std::path::Path;

use anyhow::Result;
use polyreactor_contract::Contract;
use polyreactor_convention::{Change, Language, Tool};
use serde::{Deserialize, Serialize};

use crate::output::{self, sha256};

/// What `build-guests` has built, as `manifest.json` says it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this form: 1.
    pub schema: u32,
    /// A record for each artifact, by plugin and language.
    pub guests: Vec<Record>,
}

/// One artifact.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// The plugin's name.
    pub name: String,
    /// The language of the implementation.
    pub language: Language,
    /// Where it is, from the manifest's folder, with `/`.
    pub path: String,
    /// Its size, in bytes.
    pub size_bytes: usize,
    /// Its hash (SHA-256), in hexadecimal.
    pub sha256: String,
    /// What compiled it.
    pub compiler: Tool,
    /// What patching did to what the compiler wrote; empty where nothing had to be done.
    pub changes: Vec<Change>,
    /// The plugin's contract, which the artifact carries too; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Contract>,
    /// Where what the compiler writes by itself is, where patching changed it, or where Zig's start
    /// code was made to end the program when `main` fails.
    pub unpatched: Option<String>,
}

impl Manifest {
    /// The name of the file.
    pub const FILE: &str = "manifest.json";

    /// A manifest of these records.
    pub fn new(mut guests: Vec<Record>) -> Self {
        guests.sort_by(|a, b| (&a.name, a.language).cmp(&(&b.name, b.language)));
        Manifest { schema: 1, guests }
    }

    /// Reads the manifest in `folder`; one that is missing or of another form counts as none.
    pub fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(Manifest::FILE)).ok()?;
        serde_json::from_str(&text).ok().filter(|manifest: &Manifest| manifest.schema == 1)
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        output::write(&folder.join(Manifest::FILE), text.as_bytes())
    }
}

impl Record {
    /// Whether the artifact is there, as the record says.
    pub fn is_whole(&self, folder: &Path) -> bool {
        fs::read(folder.join(&self.path)).is_ok_and(|bytes| sha256(&bytes) == self.sha256)
    }

    /// The files that belong to the record, from the manifest's folder.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        [Some(&self.path), self.unpatched.as_ref()].into_iter().flatten().map(String::as_str)
    }
}

//! The manifest: `manifest.json`, which lists the artifacts and lies beside them.

use std::fs;
use std::path::Path;

use anyhow::Result;
use polyreactor_contract::Contract;
use polyreactor_convention::{Change, Language, Tool};
use serde::{Deserialize, Serialize};

use crate::output::{self, sha256};

/// The contents of `manifest.json`: every artifact in the folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the format: 1. Raised when a key is removed or changes its meaning.
    pub schema: u32,
    /// One entry for each artifact, sorted by plugin and language.
    pub guests: Vec<Artifact>,
}

/// The manifest's entry for one artifact.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Artifact {
    /// The plugin's name.
    pub name: String,
    /// The language of the implementation.
    pub language: Language,
    /// The path of the artifact, relative to the manifest's folder, with `/`.
    pub path: String,
    /// The size of the artifact, in bytes.
    pub size_bytes: usize,
    /// The SHA-256 hash of the artifact, in hexadecimal.
    pub sha256: String,
    /// The compiler that compiled the guest.
    pub compiler: Tool,
    /// What patching changed in the compiled module; empty if it kept the convention already.
    pub changes: Vec<Change>,
    /// The plugin's contract, which the artifact contains too; absent if the plugin declares none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Contract>,
    /// The path of the compiler's own output, relative to the manifest's folder. Set if patching
    /// changed the module, or if Zig compiled it with a start code that exits when `main` fails.
    pub unpatched: Option<String>,
}

impl Manifest {
    /// The name of the manifest's file.
    pub const FILE: &str = "manifest.json";

    /// A manifest with these entries, which are sorted by plugin and language.
    pub fn new(mut guests: Vec<Artifact>) -> Self {
        guests.sort_by(|a, b| (&a.name, a.language).cmp(&(&b.name, b.language)));
        Manifest { schema: 1, guests }
    }

    /// Reads the manifest in `folder`. Returns `None` if it is missing, cannot be parsed, or has
    /// another `schema` than 1.
    pub fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(Manifest::FILE)).ok()?;
        serde_json::from_str(&text).ok().filter(|manifest: &Manifest| manifest.schema == 1)
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        output::write(&folder.join(Manifest::FILE), text.as_bytes())
    }
}

impl Artifact {
    /// Whether the artifact in `folder`, the manifest's folder, exists and has the hash of this
    /// entry.
    pub fn is_whole(&self, folder: &Path) -> bool {
        fs::read(folder.join(&self.path)).is_ok_and(|bytes| sha256(&bytes) == self.sha256)
    }

    /// The files of this entry, relative to the manifest's folder.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        [Some(&self.path), self.unpatched.as_ref()].into_iter().flatten().map(String::as_str)
    }
}

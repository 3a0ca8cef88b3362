//! What there is to build: a project, and the implementations of its plugins.

use std::path::PathBuf;
use std::sync::Arc;

use polyreactor_contract::Contract;
use polyreactor_convention::Language;
use semver::Version;

use crate::plugin::{Declared, Settings};

/// A cargo workspace that has plugins.
#[derive(Debug)]
pub struct Project {
    /// Its root.
    pub root: PathBuf,
    /// Where cargo builds: `<root>/target`, or what the user has set.
    pub target: PathBuf,
    /// Every implementation of every plugin, by plugin and language.
    pub guests: Vec<Guest>,
}

/// One implementation of a plugin.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The plugin's name.
    pub name: String,
    /// The language of this implementation.
    pub language: Language,
    /// The folder that its toolchain is run in.
    pub folder: PathBuf,
    /// The version that the toolchain has to have, where the plugin says so.
    pub toolchain: Option<Version>,
    /// What the toolchain is to be told.
    pub(crate) settings: Settings,
    /// What it has to export and may import, where the plugin says so.
    pub(crate) declared: Option<Arc<Declared>>,
    /// The file that describes the plugin: a `plugin.toml`, or a single crate's `Cargo.toml`.
    pub(crate) description: PathBuf,
}

impl Guest {
    /// The plugin's contract, where it has one.
    pub fn contract(&self) -> Option<&Contract> {
        self.declared.as_ref().map(|declared| &declared.contract)
    }

    /// Where a language's settings are to be written, for messages.
    pub(crate) fn table(&self, language: &str) -> String {
        match self.description.ends_with("Cargo.toml") {
            true => format!("`[package.metadata.polyreactor.{language}]` in Cargo.toml"),
            false => format!("`[{language}]` in plugin.toml"),
        }
    }
}

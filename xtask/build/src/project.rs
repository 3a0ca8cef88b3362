//! A project, and the implementations of its plugins, as `find` returns them.

use std::path::PathBuf;
use std::sync::Arc;

use polyreactor_contract::Contract;
use polyreactor_convention::Language;
use semver::Version;

use crate::plugin::{Declared, Settings};

/// A cargo workspace with plugins.
#[derive(Debug)]
pub struct Project {
    /// The root folder of the workspace.
    pub root: PathBuf,
    /// Cargo's target folder: `<root>/target`, unless the user has set another one. Artifacts are
    /// written to `guests` in it.
    pub target: PathBuf,
    /// Every implementation of every plugin, sorted by plugin and language.
    pub guests: Vec<Guest>,
}

/// One implementation of a plugin.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The plugin's name.
    pub name: String,
    /// The language of this implementation.
    pub language: Language,
    /// The folder in which its toolchain is run.
    pub folder: PathBuf,
    /// The exact version of the toolchain, where the description sets one (`[zig] version`).
    pub toolchain: Option<Version>,
    /// The language's table in the description.
    pub(crate) settings: Settings,
    /// The contract with its place in the description, where the plugin declares one.
    pub(crate) declared: Option<Arc<Declared>>,
    /// The file that describes the plugin: a `plugin.toml`, or the `Cargo.toml` of a single crate.
    pub(crate) description: PathBuf,
}

impl Guest {
    /// The plugin's contract; `None` if the description declares none.
    pub fn contract(&self) -> Option<&Contract> {
        self.declared.as_ref().map(|declared| &declared.contract)
    }

    /// The name of a language's table and of its file, for messages.
    pub(crate) fn table(&self, language: &str) -> String {
        match self.description.ends_with("Cargo.toml") {
            true => format!("`[package.metadata.polyreactor.{language}]` in Cargo.toml"),
            false => format!("`[{language}]` in plugin.toml"),
        }
    }
}

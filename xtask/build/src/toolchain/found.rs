//! A row of `doctor`: whether a toolchain is installed, and what to do if not.

use serde::Serialize;

use super::{Spec, python};

/// A toolchain that was looked for.
#[derive(Serialize)]
pub(crate) struct Found {
    pub(crate) tool: &'static str,
    pub(crate) version: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) path: Option<String>,
    /// What the user has to do, or what a build will do, if the toolchain is missing or unusable.
    pub(crate) remedy: Option<String>,
    /// Whether a build will succeed without an action by the user.
    pub(crate) good: bool,
    pub(crate) notes: Vec<String>,
}

impl Found {
    /// Looks for a program that can be provisioned. Fetches nothing.
    pub(crate) fn of(spec: &Spec) -> Self {
        let mut notes = Vec::new();
        let mut found = Found::missing(spec.name);
        match spec.look(None, &mut |note| notes.push(note)) {
            Ok(Some(tool)) => {
                found.version = Some(tool.version.to_string());
                found.origin = Some(tool.origin.to_string());
                found.path = Some(tool.path.display().to_string());
                found.good = true;
            }
            Ok(None) if python().is_ok() => {
                found.remedy = Some("nothing: a build fetches it when needed".to_owned());
                found.good = true;
            }
            Ok(None) => found.remedy = Some(spec.ways_to_get(None)),
            Err(error) => found.remedy = Some(format!("{error:#}")),
        }
        found.notes = notes;
        found
    }

    pub(crate) fn missing(tool: &'static str) -> Self {
        Found {
            tool,
            version: None,
            origin: None,
            path: None,
            remedy: None,
            good: false,
            notes: Vec::new(),
        }
    }
}

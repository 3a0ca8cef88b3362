//! What `doctor` says of one toolchain.

use serde::Serialize;

use super::{Spec, python};

/// A toolchain that was looked for.
#[derive(Serialize)]
pub(crate) struct Found {
    pub(crate) tool: &'static str,
    pub(crate) version: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) path: Option<String>,
    /// What to do, or what will be done, where it is missing or not usable.
    pub(crate) remedy: Option<String>,
    /// Whether builds work with things as they are.
    pub(crate) good: bool,
    pub(crate) notes: Vec<String>,
}

impl Found {
    /// Looks for a program that can be fetched.
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
                found.remedy = Some("nothing: it is fetched when it is needed".to_owned());
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

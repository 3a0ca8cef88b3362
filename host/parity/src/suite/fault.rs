//! [`SuiteFaults`]: all faults of a suite, shown as a compiler shows errors.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use polyreactor_contract::Fault;

/// All faults of a suite, in the order of its text.
///
/// `Display` writes their number, and each with file, line, column, the marked line and the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SuiteFaults {
    /// The file of the suite.
    pub file: PathBuf,
    /// The faults: at least one, and at most 100.
    pub faults: Vec<SuiteFault>,
    text: String,
}

/// A fault of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SuiteFault {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub cause: String,
    /// How to fix it.
    pub remedy: String,
    place: Range<usize>,
}

impl SuiteFaults {
    pub(super) fn new(file: &Path, text: &str, mut faults: Vec<Fault>) -> SuiteFaults {
        faults.sort_by_key(|fault| fault.place.start);
        faults.dedup();
        let located = faults.into_iter().map(|Fault { place, cause, remedy }| {
            let before = &text[..text.floor_char_boundary(place.start)];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
            SuiteFault { line, column, cause, remedy, place }
        });
        let faults = located.collect();
        SuiteFaults { file: file.to_owned(), faults, text: text.to_owned() }
    }

    /// The lines at a place, and where they begin. The renderer reads all that it is given, once
    /// for each fault, and the file may be long.
    fn lines(&self, place: &Range<usize>) -> (&str, usize) {
        let start = self.text.floor_char_boundary(place.start);
        let end = self.text.floor_char_boundary(place.end).max(start);
        let start = self.text[..start].rfind('\n').map_or(0, |line_end| line_end + 1);
        let end = self.text[end..].find('\n').map_or(self.text.len(), |length| end + length);
        (&self.text[start..end], start)
    }
}

impl fmt::Display for SuiteFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.file.display().to_string();
        let (count, s) = (self.faults.len(), if self.faults.len() == 1 { "" } else { "s" });
        write!(f, "{path}: {count} fault{s}")?;
        for SuiteFault { place, cause, remedy, line, .. } in &self.faults {
            let (excerpt, start) = self.lines(place);
            let place = place.start.saturating_sub(start)..place.end.saturating_sub(start);
            let shown = at(place, cause, remedy).render(excerpt, Some(&path), *line);
            write!(f, "\n\nerror: {shown}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SuiteFaults {}

/// A fault at a place.
pub(super) fn at(
    place: Range<usize>,
    cause: impl Into<String>,
    remedy: impl Into<String>,
) -> Fault {
    Fault { place, cause: cause.into(), remedy: remedy.into() }
}

/// The remedy for a wrong name: the similar one, else a list of all, after `list`.
pub(super) fn near_or<'n>(
    near: Option<&str>,
    list: &str,
    all: impl Iterator<Item = &'n str>,
) -> String {
    const MOST: usize = 12;
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let mut all: Vec<_> =
                all.take(MOST + 1).map(polyreactor_contract::quote::escape).collect();
            if all.len() > MOST {
                all[MOST] = "…".to_owned();
            }
            format!("{list}{}", all.join(", "))
        }
    }
}

/// A fault of the TOML parser.
pub(super) fn of_toml(error: &toml::de::Error, text: &str) -> Fault {
    let cause = format!("this is not TOML: {}", error.message().replace('\n', "; "));
    let remedy = match error.message() {
        "duplicate key" => "remove one of the two",
        _ => "write it as TOML, as in `key = \"value\"`",
    };
    at(error.span().unwrap_or(text.len()..text.len()), cause, remedy)
}

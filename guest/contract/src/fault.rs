//! Faults in contracts and CALLs, the texts that people write: each with its place, cause and
//! remedy.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// A fault in a text. `P` is the type of its place: a range of bytes in one text, or a [`Place`] in
/// a contract.
///
/// ```
/// use polyreactor_contract::Call;
///
/// let fault = Call::parse("inc(1, ]").unwrap_err();
/// assert_eq!(fault.place, 7..8);
/// let shown = fault.render("inc(1, ]", Some("calls.txt"), 3);
/// assert!(shown.contains("calls.txt:3:8"), "{shown}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault<P = Range<usize>> {
    /// The place of the fault.
    pub place: P,
    /// The cause, in one sentence.
    pub cause: String,
    /// What the author can do, in one sentence.
    pub remedy: String,
}

/// A place in a [`Draft`](crate::Draft). Indexes begin at 0 and follow the draft's order; ranges
/// are in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The name of an export: the index of the export.
    ExportName(usize),
    /// A part of the signature of an export: the index of the export, and the range in the text.
    Export(usize, Range<usize>),
    /// The name of a module of imports: the index of the module.
    ModuleName(usize),
    /// The name of an import: the index of the module, then that of the import in it.
    ImportName(usize, usize),
    /// A part of the signature of an import: the indexes of module and import, and the range.
    Import(usize, usize, Range<usize>),
    /// The name of a record: the index of the record.
    RecordName(usize),
    /// The name of a field: the index of the record, then that of the field in it.
    FieldName(usize, usize),
    /// A part of the type of a field: the indexes of record and field, and the range in the text.
    Field(usize, usize, Range<usize>),
}

impl<P> Fault<P> {
    pub(crate) fn new(place: P, cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Fault { place, cause: cause.into(), remedy: remedy.into() }
    }

    /// Converts the place, and keeps cause and remedy.
    pub fn map<Q>(self, place: impl FnOnce(P) -> Q) -> Fault<Q> {
        Fault { place: place(self.place), cause: self.cause, remedy: self.remedy }
    }
}

impl Fault {
    /// Renders the fault as compilers do: the cause, the line of `text` with a mark below the
    /// place, and the remedy. There is no newline at the end. Control characters of the text are
    /// replaced by visible ones.
    ///
    /// `path` names the file that contains the text; `line` is the number of the text's first line
    /// in that file, from 1.
    pub fn render(&self, text: &str, path: Option<&str>, line: usize) -> String {
        let mark = AnnotationKind::Primary.span(within(text, &self.place));
        let snippet = Snippet::source(text).line_start(line).path(path).annotation(mark);
        let group = Level::ERROR.no_name().primary_title(&self.cause).element(snippet);
        Renderer::plain().render(&[group.element(Level::HELP.message(&self.remedy))])
    }
}

/// The range, moved to character boundaries inside the text.
fn within(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(range.start);
    start..text.floor_char_boundary(range.end).max(start)
}

impl<P> fmt::Display for Fault<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.cause, self.remedy)
    }
}

impl<P: fmt::Debug> std::error::Error for Fault<P> {}

/// Collects faults, at most 100. An untrusted text may have as many faults as bytes, each with a
/// search for a similar name.
#[derive(Debug)]
pub(crate) struct Faults<P = Range<usize>> {
    found: Vec<Fault<P>>,
    most: usize,
}

impl<P> Faults<P> {
    pub(crate) fn push(&mut self, fault: impl FnOnce() -> Fault<P>) {
        if !self.are_enough() {
            self.found.push(fault());
        }
    }

    /// An empty collection for the faults of one text, limited to as many as can still be added
    /// here.
    pub(crate) fn for_text<Q>(&self) -> Faults<Q> {
        Faults { found: Vec::new(), most: self.most - self.found.len() }
    }

    /// Adds the faults of one text; `place` converts a place in that text.
    pub(crate) fn take<Q>(&mut self, faults: Faults<Q>, place: impl Fn(Q) -> P) {
        for fault in faults.found {
            self.push(|| fault.map(&place));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn are_enough(&self) -> bool {
        self.found.len() >= self.most
    }

    /// Returns `made` if it is `Some` and there are no faults, else the faults.
    pub(crate) fn or<T>(self, made: Option<T>) -> Result<T, Vec<Fault<P>>> {
        match made {
            Some(made) if self.found.is_empty() => Ok(made),
            _ => Err(self.found),
        }
    }
}

impl<P> Default for Faults<P> {
    fn default() -> Self {
        Faults { found: Vec::new(), most: 100 }
    }
}

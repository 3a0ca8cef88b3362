//! Faults in texts that people write, contracts and CALLs: each with its place, cause and remedy.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// A fault in a text. `P` is its place: the bytes of one text, or a [`Place`] in a contract.
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
    /// Where the fault is.
    pub place: P,
    /// The cause, in one sentence.
    pub cause: String,
    /// What to do about it, in one sentence.
    pub remedy: String,
}

/// A place in a [`Draft`](crate::Draft). Things are counted from 0, in the draft's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The name of an export.
    ExportName(usize),
    /// The signature of an export, and the bytes of it.
    Export(usize, Range<usize>),
    /// The name of a module of imports.
    ModuleName(usize),
    /// The name of an import: its module, then itself.
    ImportName(usize, usize),
    /// The signature of an import, and the bytes of it.
    Import(usize, usize, Range<usize>),
    /// The name of a record.
    RecordName(usize),
    /// The name of a field: its record, then itself.
    FieldName(usize, usize),
    /// The type of a field, and the bytes of it.
    Field(usize, usize, Range<usize>),
}

impl<P> Fault<P> {
    pub(crate) fn new(place: P, cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Fault { place, cause: cause.into(), remedy: remedy.into() }
    }

    /// The same fault at a place of another kind.
    pub fn map<Q>(self, place: impl FnOnce(P) -> Q) -> Fault<Q> {
        Fault { place: place(self.place), cause: self.cause, remedy: self.remedy }
    }
}

impl Fault {
    /// The fault as compilers show one: the cause, the line of `text` with a mark below it, and
    /// the remedy. No newline at the end; control characters of the text are made visible.
    ///
    /// `path` names the file that the text is from; `line` is the number of its first line there.
    pub fn render(&self, text: &str, path: Option<&str>, line: usize) -> String {
        let mark = AnnotationKind::Primary.span(within(text, &self.place));
        let snippet = Snippet::source(text).line_start(line).path(path).annotation(mark);
        let group = Level::ERROR.no_name().primary_title(&self.cause).element(snippet);
        Renderer::plain().render(&[group.element(Level::HELP.message(&self.remedy))])
    }
}

/// The range, moved to where characters begin, inside of the text.
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

/// The faults found so far. At most a hundred are kept: a person's text has fewer; a stranger's
/// may have as many as bytes, each with a search for the right word.
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

    /// Empty, with as much room as is left here.
    pub(crate) fn same_room<Q>(&self) -> Faults<Q> {
        Faults { found: Vec::new(), most: self.most - self.found.len() }
    }

    /// Takes over the faults of one text, whose place is `place`.
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

    /// `made`, if there are no faults.
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

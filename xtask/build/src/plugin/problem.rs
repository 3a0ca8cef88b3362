//! Faults in a description, shown as a compiler shows errors: file, line, column and a marked
//! snippet.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// The text of a description, and the path of its file.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

/// One fault.
#[derive(Debug)]
pub(super) struct Problem {
    /// The place in the text, in bytes; `None` where something is missing.
    pub(super) span: Option<Range<usize>>,
    /// The rule of the convention that is broken, such as `R009`.
    pub(super) rule: Option<String>,
    /// What is wrong.
    pub(super) cause: String,
    /// The text beside the mark.
    pub(super) label: Option<String>,
    /// How to fix it.
    pub(super) remedy: String,
}

impl Problem {
    pub(super) fn at(
        span: Range<usize>,
        cause: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let (cause, remedy) = (cause.into(), remedy.into());
        Problem { span: Some(span), rule: None, cause, label: None, remedy }
    }

    /// An error of the TOML parser.
    pub(super) fn of_toml(error: &toml::de::Error) -> Self {
        let cause = format!("this is not TOML: {}", error.message().replace('\n', "; "));
        let remedy = match error.message() {
            "duplicate key" => "remove one of the two",
            _ => "write it as TOML, as in `key = \"value\"`",
        };
        let remedy = remedy.to_owned();
        Problem { span: error.span(), rule: None, cause, label: None, remedy }
    }
}

impl Source {
    /// Renders all problems, in the order of the text.
    pub(super) fn show(&self, mut problems: Vec<Problem>) -> String {
        problems.sort_by_key(|it| it.span.as_ref().map_or(usize::MAX, |span| span.start));
        let shown: Vec<_> = problems.iter().map(|problem| self.render(problem)).collect();
        let (count, s) = (shown.len(), if shown.len() == 1 { "" } else { "s" });
        format!("{}: {count} fault{s}\n\n{}", self.path, shown.join("\n\n"))
    }

    fn render(&self, problem: &Problem) -> String {
        // The renderer escapes control characters, which could drive a terminal.
        let title = Level::ERROR.primary_title(&problem.cause);
        let title = match &problem.rule {
            Some(rule) => title.id(rule),
            None => title,
        };
        let group = match &problem.span {
            Some(span) => {
                let mark = AnnotationKind::Primary.span(self.visible(span));
                let mark = mark.label(problem.label.as_deref());
                title.element(Snippet::source(&self.text).path(&self.path).annotation(mark))
            }
            None => Group::with_title(title).element(annotate_snippets::Origin::path(&self.path)),
        };
        let group = group.element(Level::HELP.message(&problem.remedy));
        Renderer::plain().render(&[group])
    }

    /// The span, cut to the text and moved to character boundaries.
    fn visible(&self, span: &Range<usize>) -> Range<usize> {
        let inside = |at: usize| {
            let mut at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        inside(span.start)..inside(span.end).max(inside(span.start))
    }
}

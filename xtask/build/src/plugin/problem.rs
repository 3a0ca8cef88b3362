//! What is wrong in a text, shown where it stands: line, column, the line itself and a mark.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// A text that someone wrote, and the file that it is in.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

/// One thing that is wrong.
#[derive(Debug)]
pub(super) struct Problem {
    /// Where it stands, in bytes; nowhere where something is not there.
    pub(super) span: Option<Range<usize>>,
    /// The rule that it breaks, where it is one.
    pub(super) rule: Option<String>,
    /// What is the matter.
    pub(super) cause: String,
    /// What is written beside the mark.
    pub(super) label: Option<String>,
    /// What to do about it.
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

    /// What the reader of TOML says.
    pub(super) fn of_toml(error: &toml::de::Error) -> Self {
        let cause = format!("this is not TOML: {}", error.message().replace('\n', "; "));
        let remedy = match error.message() {
            "duplicate key" => "take one of them out",
            _ => "write it as TOML, as in `key = \"value\"`",
        };
        let remedy = remedy.to_owned();
        Problem { span: error.span(), rule: None, cause, label: None, remedy }
    }
}

impl Source {
    /// All problems, in the order of the text.
    pub(super) fn show(&self, mut problems: Vec<Problem>) -> String {
        problems.sort_by_key(|it| it.span.as_ref().map_or(usize::MAX, |span| span.start));
        let shown: Vec<_> = problems.iter().map(|problem| self.one(problem)).collect();
        let (count, s) = (shown.len(), if shown.len() == 1 { "" } else { "s" });
        format!("{}: {count} fault{s}\n\n{}", self.path, shown.join("\n\n"))
    }

    fn one(&self, problem: &Problem) -> String {
        // What a control character would do to a terminal, the renderer sees to.
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

    /// A span that lies in the text, between characters.
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

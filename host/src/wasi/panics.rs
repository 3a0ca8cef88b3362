//! Reads the message of a panic from what a guest writes to its standard error (B004).
//!
//! | language | what its runtime prints |
//! |---|---|
//! | Rust | `thread 'main' (1) panicked at src/lib.rs:3:5:`, the message on its own lines, then `note: run with …` or `stack backtrace:` |
//! | Go | `panic: message` or `fatal error: message`, the message's further lines indented by a tab; an empty line, then `goroutine 1 [running]:` |
//! | Zig | `panic: message` or `thread 1 panic: message`, the message's further lines as they are; then a trace, or why there is none |
//!
//! A panic counts only if it is the last that the guest wrote: a guest that went on after it had
//! caught it, or had only quoted one. Of nested panics the last one counts.

mod runtimes;

pub(crate) use runtimes::Language;
use runtimes::{Beginning, go_message, is_trace, made_by_the_first};

/// Looks at standard error line by line.
#[derive(Default)]
pub(crate) struct PanicScanner {
    state: State,
}

#[derive(Default)]
enum State {
    /// Nothing that looks like a panic, or the guest went on after it.
    #[default]
    Quiet,
    /// A message is being written.
    Message(Message),
    /// The message is whole. What belongs to its trace may follow.
    Whole(Panicked),
}

/// A panic, as its language's runtime told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panicked {
    pub(crate) language: Language,
    pub(crate) message: String,
}

/// The message of a panic, as far as it has been written.
struct Message {
    begun: Beginning,
    lines: Vec<String>,
    /// Lines after the first [`MOST_LINES`] are left out.
    is_cut: bool,
    /// Empty lines, which belong to the message if it goes on after them.
    empty: usize,
    /// Whether a line followed that may be the message's or the guest's next words: what comes
    /// after the message decides.
    is_loose: bool,
    /// The panic before this one, which was whole.
    before: Option<Panicked>,
}

/// As many lines of a message are read; the last one ends in `…` where there were more.
const MOST_LINES: usize = 32;

impl PanicScanner {
    /// Looks at the next line, without its end.
    pub(crate) fn line(&mut self, line: &str) {
        let begun = Beginning::of(line);
        self.state = match (std::mem::take(&mut self.state), begun) {
            (State::Message(message), Some((begun, first))) if begun.interrupts(&message.begun) => {
                State::Message(Message::new(begun, first, message.so_far()))
            }
            (State::Message(message), _) => message.next(line),
            (State::Whole(before), Some((begun, first)))
                if !begun.is_behind() || !is_trace(before.language, line) =>
            {
                State::Message(Message::new(begun, first, Some(before)))
            }
            (State::Whole(panicked), _) if is_trace(panicked.language, line) => {
                State::Whole(panicked)
            }
            (State::Quiet, Some((begun, first))) => {
                State::Message(Message::new(begun, first, None))
            }
            (State::Whole(_) | State::Quiet, _) => State::Quiet,
        };
    }

    /// Something was written to standard output, with or without a line's end.
    pub(crate) fn stdout(&mut self, ends_a_line: bool) {
        let language = match &self.state {
            State::Quiet => return,
            State::Message(message) => message.begun.language(),
            State::Whole(panicked) => panicked.language,
        };
        // The panic hook of `polyreactor-guest` flushes what is left of a line (B012).
        if language != Language::Rust || ends_a_line {
            self.state = State::Quiet;
        }
    }

    /// The panic that was told last, if nothing was written after it.
    pub(crate) fn panicked(&self) -> Option<Panicked> {
        match &self.state {
            State::Quiet => None,
            State::Message(message) => message.so_far(),
            State::Whole(panicked) => Some(panicked.clone()),
        }
    }
}

impl Message {
    fn new(begun: Beginning, first: Option<&str>, before: Option<Panicked>) -> Self {
        let lines = first.map(str::to_owned).into_iter().collect();
        Message { begun, lines, is_cut: false, empty: 0, is_loose: false, before }
    }

    /// What becomes of it with the next line.
    fn next(mut self, line: &str) -> State {
        let after_empty = self.empty > 0;
        if let Some(language) = self.begun.end(line, after_empty) {
            // Every line of Go's own is indented: what is not was written before its panic.
            let is_whole = language != Language::Go || !self.is_loose || self.begin_at_the_last();
            return if is_whole { State::Whole(self.whole(language)) } else { State::Quiet };
        }
        if self.begun.is_one_line() {
            return State::Quiet;
        }
        if line.is_empty() {
            self.empty += 1;
            return State::Message(self);
        }
        self.is_loose |= after_empty || !self.begun.goes_on(line, self.lines.is_empty());
        for line in std::iter::repeat_n("", self.empty).chain([line]) {
            match self.lines.len() < MOST_LINES {
                true => self.lines.push(line.to_owned()),
                false => self.is_cut = true,
            }
        }
        self.empty = 0;
        State::Message(self)
    }

    /// Takes the last line that is not indented for the first; whether it begins a message.
    fn begin_at_the_last(&mut self) -> bool {
        let last = self.lines.iter().rposition(|line| !line.starts_with('\t')).unwrap_or(0);
        let mut lines = self.lines.split_off(last);
        let Some((begun, Some(first))) = lines.first().and_then(|line| Beginning::of(line)) else {
            return false;
        };
        let first = first.to_owned();
        lines[0] = first;
        (self.begun, self.lines) = (begun, lines);
        true
    }

    /// What it comes to where no more follows; `None` where that is no panic's message.
    fn so_far(&self) -> Option<Panicked> {
        let is_known = !self.begun.needs_its_end() && !self.is_loose;
        is_known.then(|| self.whole(self.begun.language()))
    }

    fn whole(&self, language: Language) -> Panicked {
        let mut message = match language {
            Language::Go | Language::GoOrZig => go_message(&self.begun, &self.lines),
            Language::Rust | Language::Zig => self.lines.join("\n"),
        };
        message.truncate(message.trim_end().len());
        if let Some(before) = &self.before
            && made_by_the_first(&message)
        {
            return before.clone();
        }
        if self.is_cut && !message.ends_with('…') {
            message.push('…');
        }
        Panicked { language, message }
    }
}

#[cfg(test)]
mod tests;

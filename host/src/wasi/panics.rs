//! [`PanicScanner`]: finds the message of a panic in the standard error of a guest (B004).
//!
//! | language | output of its runtime |
//! |---|---|
//! | Rust | `thread 'main' (1) panicked at src/lib.rs:3:5:`, the message on its own lines, then `note: run with …` or `stack backtrace:` |
//! | Go | `panic: message` or `fatal error: message`, the message's further lines indented by a tab; an empty line, then `goroutine 1 [running]:` |
//! | Zig | `panic: message` or `thread 1 panic: message`, the message's further lines as they are; then a trace, or why there is none |
//!
//! A panic counts only if the guest wrote nothing after it: a guest that wrote more had caught the
//! panic, or had only quoted one. Of nested panics the last one counts.

mod runtimes;

pub use runtimes::Language;
use runtimes::{Beginning, go_message, is_follow_up, is_trace};

/// Scans standard error line by line.
#[derive(Default)]
pub struct PanicScanner {
    state: State,
}

#[derive(Default)]
enum State {
    /// No panic, or the guest wrote more after it.
    #[default]
    None,
    /// Inside of the message of a panic.
    Message(Message),
    /// After the end of a message: lines of its trace may follow.
    Complete(Panicked),
}

/// A panic: the language whose runtime printed it, and its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panicked {
    /// The language.
    pub language: Language,
    /// The message, as its author wrote it.
    pub message: String,
}

/// The part of a panic message that has been scanned.
struct Message {
    beginning: Beginning,
    lines: Vec<String>,
    /// Whether lines after the first [`MAX_LINES`] were dropped.
    is_cut: bool,
    /// The number of empty lines at the end. They belong to the message only if another line of it
    /// follows.
    empty: usize,
    /// Whether one of the lines may be either part of the message or later output of the guest. The
    /// line that ends the message decides.
    is_ambiguous: bool,
    /// The panic before this one, if its message was complete.
    before: Option<Panicked>,
}

/// The number of lines of a message that are kept. The last one ends in `…` if there were more.
const MAX_LINES: usize = 32;

impl PanicScanner {
    /// Scans the next line of standard error, without its line end.
    pub fn line(&mut self, line: &str) {
        let beginning = Beginning::of(line);
        self.state = match (std::mem::take(&mut self.state), beginning) {
            (State::Message(message), Some((beginning, first)))
                if beginning.interrupts(&message.beginning) =>
            {
                State::Message(Message::new(beginning, first, message.so_far()))
            }
            (State::Message(message), _) => message.next(line),
            (State::Complete(before), Some((beginning, first)))
                if !beginning.is_mid_line() || !is_trace(before.language, line) =>
            {
                State::Message(Message::new(beginning, first, Some(before)))
            }
            (State::Complete(panicked), _) if is_trace(panicked.language, line) => {
                State::Complete(panicked)
            }
            (State::None, Some((beginning, first))) => {
                State::Message(Message::new(beginning, first, None))
            }
            (State::Complete(_) | State::None, _) => State::None,
        };
    }

    /// Records a write to standard output, and whether it contains a line end.
    pub fn stdout(&mut self, ends_a_line: bool) {
        let language = match &self.state {
            State::None => return,
            State::Message(message) => message.beginning.language(),
            State::Complete(panicked) => panicked.language,
        };
        // After a panic of Rust, an unfinished line is not later output: the panic hook of
        // `polyreactor-guest` flushes what the guest printed before the panic (B012).
        if language != Language::Rust || ends_a_line {
            self.state = State::None;
        }
    }

    /// The last panic, if nothing was written after it.
    pub fn panicked(&self) -> Option<Panicked> {
        match &self.state {
            State::None => None,
            State::Message(message) => message.so_far(),
            State::Complete(panicked) => Some(panicked.clone()),
        }
    }
}

impl Message {
    fn new(beginning: Beginning, first: Option<&str>, before: Option<Panicked>) -> Self {
        let lines = first.map(str::to_owned).into_iter().collect();
        Message { beginning, lines, is_cut: false, empty: 0, is_ambiguous: false, before }
    }

    /// The state after the next line.
    fn next(mut self, line: &str) -> State {
        let after_empty = self.empty > 0;
        if let Some(language) = self.beginning.end(line, after_empty) {
            // Go indents every further line of a message: a line that is not indented was written
            // before the panic.
            let is_complete =
                language != Language::Go || !self.is_ambiguous || self.restart_at_last_unindented();
            return match is_complete {
                true => State::Complete(self.complete(language)),
                false => State::None,
            };
        }
        if self.beginning.is_one_line() {
            return State::None;
        }
        if line.is_empty() {
            self.empty += 1;
            return State::Message(self);
        }
        self.is_ambiguous |=
            after_empty || !self.beginning.is_continued_by(line, self.lines.is_empty());
        for line in std::iter::repeat_n("", self.empty).chain([line]) {
            match self.lines.len() < MAX_LINES {
                true => self.lines.push(line.to_owned()),
                false => self.is_cut = true,
            }
        }
        self.empty = 0;
        State::Message(self)
    }

    /// Drops the lines before the last one that is not indented. Returns whether that line begins a
    /// message.
    fn restart_at_last_unindented(&mut self) -> bool {
        let last = self.lines.iter().rposition(|line| !line.starts_with('\t')).unwrap_or(0);
        let mut lines = self.lines.split_off(last);
        let Some((beginning, Some(first))) = lines.first().and_then(|line| Beginning::of(line))
        else {
            return false;
        };
        let first = first.to_owned();
        lines[0] = first;
        (self.beginning, self.lines) = (beginning, lines);
        true
    }

    /// The panic if no further line follows; `None` if the lines so far do not prove a panic.
    fn so_far(&self) -> Option<Panicked> {
        let is_proved = !self.beginning.needs_its_end() && !self.is_ambiguous;
        is_proved.then(|| self.complete(self.beginning.language()))
    }

    fn complete(&self, language: Language) -> Panicked {
        let mut message = match language {
            Language::Go | Language::GoOrZig => go_message(&self.beginning, &self.lines),
            Language::Rust | Language::Zig => self.lines.join("\n"),
        };
        message.truncate(message.trim_end().len());
        if let Some(before) = &self.before
            && is_follow_up(&message)
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

//! What a guest said when it panicked: its standard error in, the message out (B004).
//!
//! | language | what it prints |
//! |---|---|
//! | Rust | `thread 'main' panicked at src/lib.rs:3:5:`, the message on its own lines, then `note: run with …` |
//! | Go | `panic: message`, or `fatal error: message`; an empty line, then `goroutine 1 [running]:` |
//! | Zig | `panic: message`, or `thread 1 panic: message`; then a trace, or that there is none |
//!
//! The whole message is a line in Zig and mostly in the others too. Only what is printed during a
//! call is looked at, and the last panic of a call counts: others were caught.

/// Looks over what passes by on standard error.
#[derive(Default)]
pub(crate) struct Witness {
    /// The call whose output this is.
    call: u64,
    /// The beginning of the line that is being written.
    line: Vec<u8>,
    told: Option<Told>,
    is_over: bool,
}

/// A panic's message, as far as it has been read.
struct Told {
    language: Language,
    lines: Vec<String>,
}

/// What prints its panics in a way of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    /// Or Zig, until a goroutine is named.
    GoOrZig,
    Go,
}

/// As much of a line is read; a message is cut there.
const LONGEST_LINE: usize = 2 << 10;

/// As many lines of a message are read.
const MOST_LINES: usize = 32;

impl Witness {
    /// Looks at what is written during a call.
    pub(crate) fn look(&mut self, call: u64, bytes: &[u8]) {
        if self.call != call {
            *self = Witness { call, ..Witness::default() };
        }
        for byte in bytes {
            if *byte == b'\n' {
                self.end_line();
            } else if self.line.len() < LONGEST_LINE {
                self.line.push(*byte);
            }
        }
    }

    /// The message of the call's last panic.
    pub(crate) fn message(&mut self, call: u64) -> Option<(Language, String)> {
        if self.call != call {
            return None;
        }
        if !self.line.is_empty() {
            self.end_line();
        }
        let told = self.told.as_ref()?;
        let message = told.lines.join("\n").trim_end().to_owned();
        Some((told.language, message))
    }

    fn end_line(&mut self) {
        let line = String::from_utf8_lossy(&self.line).trim_end_matches('\r').to_owned();
        self.line.clear();
        if let Some((language, rest)) = beginning(&line) {
            let lines = rest.map(str::to_owned).into_iter().collect();
            self.told = Some(Told { language, lines });
            self.is_over = false;
            return;
        }
        let Some(told) = &mut self.told else { return };
        if line.starts_with("goroutine ") && told.language == Language::GoOrZig {
            told.language = Language::Go;
        }
        self.is_over |= is_end(told.language, &line) || told.lines.len() == MOST_LINES;
        if !self.is_over {
            told.lines.push(line);
        }
    }
}

/// Whether a line begins a panic, and what the message's first line is where it is in it.
fn beginning(line: &str) -> Option<(Language, Option<&str>)> {
    if let Some(rest) = line.strip_prefix("thread ") {
        if rest.contains(" panicked at ") && line.ends_with(':') {
            return Some((Language::Rust, None));
        }
        let (number, message) = rest.split_once(" panic: ")?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        return is_number.then_some((Language::GoOrZig, Some(message)));
    }
    // What Rust's allocator says is no panic, but ends in the same way.
    if line.starts_with("memory allocation of ") && line.contains(" bytes failed") {
        return Some((Language::Rust, Some(line)));
    }
    if let Some(message) = line.strip_prefix("panic: ") {
        return Some((Language::GoOrZig, Some(message)));
    }
    line.starts_with("fatal error: ").then_some((Language::GoOrZig, Some(line)))
}

/// Whether the message has ended before this line.
fn is_end(language: Language, line: &str) -> bool {
    match language {
        Language::Rust => {
            line.starts_with("note: run with `RUST_BACKTRACE")
                || line.starts_with("stack backtrace:")
        }
        Language::Go | Language::GoOrZig => {
            line.is_empty()
                || line.starts_with("goroutine ")
                || line.starts_with("[signal ")
                || line.starts_with("Unable to dump stack trace")
                || line.starts_with("???:?:?: 0x")
                || line.starts_with("runtime stack:")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(Language, String)> {
        let mut witness = Witness::default();
        // Byte by byte: where writes end is the guest's own affair.
        text.as_bytes().chunks(1).for_each(|piece| witness.look(1, piece));
        witness.message(1)
    }

    #[test]
    fn each_language_has_its_way() {
        let cases = [
            (
                "thread 'main' panicked at src/lib.rs:3:5:\nno\nway\nnote: run with \
                 `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
                Language::Rust,
                "no\nway",
            ),
            ("thread '<unnamed>' (1) panicked at a.rs:1:1:\nlast", Language::Rust, "last"),
            (
                "memory allocation of 9 bytes failed\n",
                Language::Rust,
                "memory allocation of 9 bytes failed",
            ),
            ("panic: no\n\ngoroutine 1 [running]:\nmain.f()\n", Language::Go, "no"),
            (
                "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select]:\n",
                Language::Go,
                "fatal error: all goroutines are asleep - deadlock!",
            ),
            ("panic: no\nUnable to dump stack trace: not here\n", Language::GoOrZig, "no"),
            ("thread 1 panic: no\n???:?:?: 0x12 in ??? (f)\n", Language::GoOrZig, "no"),
        ];
        for (text, language, message) in cases {
            assert_eq!(told(text), Some((language, message.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in ["", "panic:", " panic: no\n", "thread x panic: no\n", "thread 'a' panicked\n"]
        {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_one_counts_and_an_old_one_does_not() {
        let twice = "panic: one\n\ngoroutine 1 [running]:\nx\npanic: two\n\ngoroutine 1\n";
        assert_eq!(told(twice).unwrap().1, "two");
        let mut witness = Witness::default();
        witness.look(1, b"panic: old\n");
        assert_eq!(witness.message(2), None);
    }

    #[test]
    fn what_never_ends_is_cut() {
        let line = format!("panic: {}\n", "x".repeat(1 << 20));
        assert!(told(&line).unwrap().1.len() <= LONGEST_LINE);
        let lines = format!("thread 'a' panicked at a:1:\n{}", "x\n".repeat(1 << 16));
        assert_eq!(told(&lines).unwrap().1.lines().count(), MOST_LINES);
    }
}

//! The forms in which the runtimes of Rust, Go and Zig print a panic: its first line, the end of
//! its message, and its trace.

/// The language whose runtime printed a panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Rust.
    Rust,
    /// Go.
    Go,
    /// Zig.
    Zig,
    /// Go or Zig, whose panics begin with the same text.
    GoOrZig,
}

/// The form of the first line of a panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// `thread 'main' panicked at src/lib.rs:3:5:`.
    Rust,
    /// `panicked at src/lib.rs:3:5:`, for a panic in the panic hook or while a message is
    /// formatted.
    RustInPanic,
    /// A single line of Rust: an allocation failed, or the runtime can't continue.
    RustLine,
    /// `panic: message`.
    Panic,
    /// `fatal error: message`, in Go.
    Fatal,
    /// `panic: message` in the middle of a line, whose beginning the guest had written before.
    PanicMidLine,
    /// `fatal error: message` in the middle of a line.
    FatalMidLine,
}

const PANIC: &str = "panic: ";
const FATAL: &str = "fatal error: ";

impl Beginning {
    /// The form of a line that begins a panic, and the first line of the message if the line holds
    /// it; `None` for any other line.
    pub(super) fn of(line: &str) -> Option<(Self, Option<&str>)> {
        if let Some(at) = line.find("thread '")
            && line[at..].contains(" panicked at ")
            && line.ends_with(':')
        {
            return Some((Beginning::Rust, None));
        }
        if line.starts_with("panicked at ") && line.ends_with(':') {
            return Some((Beginning::RustInPanic, None));
        }
        let is_allocation =
            line.starts_with("memory allocation of ") && line.contains(" bytes failed");
        if is_allocation || line.starts_with("fatal runtime error: ") {
            return Some((Beginning::RustLine, Some(line)));
        }
        if let Some(message) = line.strip_prefix(PANIC).or_else(|| after_number(line)) {
            return Some((Beginning::Panic, Some(message)));
        }
        if line.starts_with(FATAL) {
            return Some((Beginning::Fatal, Some(line)));
        }
        // An indented line is part of a message or trace of Go.
        if line.starts_with('\t') {
            return None;
        }
        let panic = line.find(PANIC).map(|at| (Beginning::PanicMidLine, &line[at + PANIC.len()..]));
        let fatal = || line.find(FATAL).map(|at| (Beginning::FatalMidLine, &line[at..]));
        panic.or_else(fatal).map(|(beginning, first)| (beginning, Some(first)))
    }

    /// The language, as far as the first line shows it.
    pub(super) fn language(self) -> Language {
        match self {
            Beginning::Rust | Beginning::RustInPanic | Beginning::RustLine => Language::Rust,
            _ => Language::GoOrZig,
        }
    }

    /// Whether the guest had written other text on the line before.
    pub(super) fn is_mid_line(self) -> bool {
        matches!(self, Beginning::PanicMidLine | Beginning::FatalMidLine)
    }

    /// Whether this line ends the message `other` and begins a new one.
    pub(super) fn interrupts(self, other: &Beginning) -> bool {
        match self {
            Beginning::Rust => true,
            // The line may as well be a further line of `other`.
            Beginning::PanicMidLine | Beginning::FatalMidLine => other.is_one_line(),
            _ => other.is_one_line() || other.language() == Language::GoOrZig,
        }
    }

    /// Whether the message has no further lines.
    pub(super) fn is_one_line(self) -> bool {
        self == Beginning::RustLine
    }

    /// Whether a line is certainly part of the message.
    pub(super) fn is_continued_by(self, line: &str, is_first: bool) -> bool {
        match self.language() {
            // `assert_eq!` indents the values of its two sides by spaces.
            Language::Rust => is_first || line.starts_with(' '),
            _ => line.starts_with('\t'),
        }
    }

    /// Whether the first line alone does not prove a panic: the end of the message has to follow.
    pub(super) fn needs_its_end(self) -> bool {
        self == Beginning::RustInPanic || self.is_mid_line()
    }

    /// The language, if this line shows that the message has ended before it.
    pub(super) fn end(self, line: &str, after_empty: bool) -> Option<Language> {
        let is_go = line.starts_with("[signal ") || after_empty && is_goroutine(line);
        match self {
            Beginning::Rust => is_end_in_rust(line).then_some(Language::Rust),
            Beginning::RustInPanic => line.starts_with(IN_PANIC).then_some(Language::Rust),
            Beginning::RustLine => is_trace(Language::Rust, line).then_some(Language::Rust),
            _ if is_go => Some(Language::Go),
            _ => is_end_in_zig(line).then_some(Language::Zig),
        }
    }
}

/// `thread 1 panic: message`.
fn after_number(line: &str) -> Option<&str> {
    let (number, message) = line.strip_prefix("thread ")?.split_once(" panic: ")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(message)
}

const IN_PANIC: &str = "thread panicked while processing panic";
const NO_UNWINDING: &str = "thread caused non-unwinding panic";

fn is_end_in_rust(line: &str) -> bool {
    line.starts_with("note: run with `RUST_BACKTRACE")
        || line == "stack backtrace:"
        || line.starts_with(NO_UNWINDING)
}

fn is_goroutine(line: &str) -> bool {
    line.starts_with("goroutine ") && line.ends_with("]:") || line == "runtime stack:"
}

/// Zig 0.14 and 0.15 are unable to dump a trace for Wasm, and later ones cannot print it.
fn is_end_in_zig(line: &str) -> bool {
    line.starts_with("Unable to dump stack trace")
        || line.starts_with("Cannot print stack trace")
        || line == "error return context:"
        || line == "aborting due to recursive panic"
        || is_frame_in_zig(line)
}

/// `src/main.zig:12:5: 0x1234 in crash (main.zig)`.
fn is_frame_in_zig(line: &str) -> bool {
    line.contains(": 0x") && line.contains(" in ") && line.ends_with(')')
}

/// Whether a line may follow a complete message: as part of a trace, or to report that there is
/// none.
pub(super) fn is_trace(language: Language, line: &str) -> bool {
    match language {
        Language::Rust => {
            line.is_empty()
                || line.starts_with(' ')
                || line.starts_with("note: ")
                || line.starts_with(IN_PANIC)
                || line.starts_with(NO_UNWINDING)
        }
        Language::Go | Language::GoOrZig => {
            line.is_empty()
                || line.starts_with('\t')
                || line.starts_with("created by ")
                || line.starts_with("...")
                || line.starts_with("[signal ")
                || line.starts_with("[originating from ")
                // A function and its arguments.
                || line.ends_with(')')
                || is_goroutine(line)
        }
        Language::Zig => {
            line.is_empty()
                || line.starts_with(' ')
                || line.starts_with('(')
                || line == "stack trace:"
                || is_end_in_zig(line)
        }
    }
}

/// The message of the last of nested panics, as its author wrote it: without Go's indentation of
/// further lines and its suffix about recovery.
pub(super) fn go_message(beginning: &Beginning, lines: &[String]) -> String {
    let is_panic = matches!(beginning, Beginning::Panic | Beginning::PanicMidLine);
    let mut message = String::new();
    for (number, line) in lines.iter().enumerate() {
        let line = if number == 0 { line } else { line.strip_prefix('\t').unwrap_or(line) };
        match line.strip_prefix(PANIC) {
            Some(nested) if is_panic && number > 0 => message = nested.to_owned(),
            _ if number > 0 => message += &format!("\n{line}"),
            _ => line.clone_into(&mut message),
        }
    }
    // The suffixes of Go 1.25 and later, and of earlier versions.
    let recovered = [" [recovered, repanicked]", " [recovered]"];
    let bare = recovered.iter().find_map(|suffix| message.strip_suffix(suffix));
    bare.map_or_else(|| message.clone(), str::to_owned)
}

/// Whether a message is that of a panic which the runtime of Rust adds after an earlier panic.
pub(super) fn is_follow_up(message: &str) -> bool {
    matches!(
        message,
        "panic in a function that cannot unwind" | "panic in a destructor during cleanup"
    )
}

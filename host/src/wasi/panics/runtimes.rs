//! How the runtimes of Rust, Go and Zig tell of a panic: how it begins, and how its message ends.

/// Whose panic it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Go,
    Zig,
    /// One of the two, which begin in the same way.
    GoOrZig,
}

/// How a message was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// `thread 'main' panicked at src/lib.rs:3:5:`.
    Rust,
    /// `panicked at src/lib.rs:3:5:`, for a panic in the panic hook or while a message is made.
    RustInPanic,
    /// A single line: an allocation failed, or the runtime can't go on.
    RustLine,
    /// `panic: message`.
    Panic,
    /// `fatal error: message`, in Go.
    Fatal,
    /// One of the last two behind something else on that line, which the guest had written.
    PanicBehind,
    FatalBehind,
}

const PANIC: &str = "panic: ";
const FATAL: &str = "fatal error: ";

impl Beginning {
    /// Whether a line begins a message, and what the message's first line is where it is in it.
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
        // Indented, it is part of what Go tells.
        if line.starts_with('\t') {
            return None;
        }
        let panic = line.find(PANIC).map(|at| (Beginning::PanicBehind, &line[at + PANIC.len()..]));
        let fatal = || line.find(FATAL).map(|at| (Beginning::FatalBehind, &line[at..]));
        panic.or_else(fatal).map(|(begun, first)| (begun, Some(first)))
    }

    /// As far as that is known.
    pub(super) fn language(self) -> Language {
        match self {
            Beginning::Rust | Beginning::RustInPanic | Beginning::RustLine => Language::Rust,
            _ => Language::GoOrZig,
        }
    }

    /// Whether something else stands before it on its line.
    pub(super) fn is_behind(self) -> bool {
        matches!(self, Beginning::PanicBehind | Beginning::FatalBehind)
    }

    /// Whether another message ends where this one begins.
    pub(super) fn interrupts(self, other: &Beginning) -> bool {
        match self {
            Beginning::Rust => true,
            // `other` may be any text that goes on with this line.
            Beginning::PanicBehind | Beginning::FatalBehind => other.is_one_line(),
            _ => other.is_one_line() || other.language() == Language::GoOrZig,
        }
    }

    /// Whether the message has no further lines.
    pub(super) fn is_one_line(self) -> bool {
        self == Beginning::RustLine
    }

    /// Whether a line is surely part of the message.
    pub(super) fn goes_on(self, line: &str, is_first: bool) -> bool {
        match self.language() {
            // As `assert_eq!` writes what is on its sides.
            Language::Rust => is_first || line.starts_with(' '),
            _ => line.starts_with('\t'),
        }
    }

    /// Whether only what follows it shows that it is a panic's message.
    pub(super) fn needs_its_end(self) -> bool {
        self == Beginning::RustInPanic || self.is_behind()
    }

    /// Whose it is, where the message has ended before this line.
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

/// Whether a line may follow a message that is whole: a trace, or that there is none.
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

/// The message of the last of nested panics, as the author wrote it: Go indents further lines, and
/// says of a panic whether it was recovered.
pub(super) fn go_message(begun: &Beginning, lines: &[String]) -> String {
    let is_panic = matches!(begun, Beginning::Panic | Beginning::PanicBehind);
    let mut message = String::new();
    for (number, line) in lines.iter().enumerate() {
        let line = if number == 0 { line } else { line.strip_prefix('\t').unwrap_or(line) };
        match line.strip_prefix(PANIC) {
            Some(nested) if is_panic && number > 0 => message = nested.to_owned(),
            _ if number > 0 => message += &format!("\n{line}"),
            _ => line.clone_into(&mut message),
        }
    }
    // From 1.25 on, and before.
    let recovered = [" [recovered, repanicked]", " [recovered]"];
    let bare = recovered.iter().find_map(|suffix| message.strip_suffix(suffix));
    bare.map_or_else(|| message.clone(), str::to_owned)
}

/// Whether the runtime itself panics because of the panic before this one.
pub(super) fn made_by_the_first(message: &str) -> bool {
    matches!(
        message,
        "panic in a function that cannot unwind" | "panic in a destructor during cleanup"
    )
}

//! The header of a case, its first lines: the commands, and the settings of each.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::directive::Directive;
use crate::child::{Around, Output, Signal};

/// The header of a case.
pub(super) struct Header {
    pub(super) runs: Vec<Run>,
}

/// A command and its settings.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Run {
    pub(super) name: Option<String>,
    pub(super) words: Vec<String>,
    /// The expected end.
    pub(super) exit: Exit,
    /// Variables that are added to the environment of the tests.
    pub(super) env: Vec<(String, String)>,
    /// The streams and the signal. If `input` is set, it replaces the standard input.
    pub(super) around: Around,
    /// The arguments of the shell's `ulimit`.
    pub(super) ulimit: Option<String>,
    /// The file whose contents are the standard input.
    pub(super) input: Option<String>,
    /// Texts that stdout (0) and stderr (1) must contain. A stream with such texts has no snapshot.
    pub(super) has: [Vec<String>; 2],
    /// Texts that are followed by a number that varies.
    pub(super) varies: Vec<String>,
    /// The line of the case, for messages.
    pub(super) line: String,
}

/// The end of a program.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Exit {
    Status(i32),
    /// The name of a signal without `SIG`, as in `PIPE`.
    Signal(String),
}

impl Default for Exit {
    fn default() -> Self {
        Exit::Status(0)
    }
}

impl Header {
    pub(super) fn read(case: &Path) -> Result<Self> {
        let bytes = std::fs::read(case)?;
        Self::parse(&String::from_utf8_lossy(&bytes)).with_context(|| case.display().to_string())
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        let comments = text.lines().map_while(|line| {
            line.strip_prefix(";;").or_else(|| line.strip_prefix('#')).map(str::trim)
        });
        let mut runs: Vec<Run> = Vec::new();
        for line in comments {
            let Some(directive) = Directive::parse(line).with_context(|| line.to_owned())? else {
                continue;
            };
            match directive {
                Directive::Run { name, words } => {
                    runs.push(Run { name, words, line: line.to_owned(), ..Run::default() });
                }
                other => {
                    let run = runs.last_mut();
                    run.with_context(|| format!("{line} is before any RUN"))?.take(other);
                }
            }
        }
        ensure!(!runs.is_empty(), "no line `;; RUN: …` at the top of the file");
        let is_repeated = |(at, run): (usize, &Run)| runs[..at].iter().any(|r| r.name == run.name);
        ensure!(!runs.iter().enumerate().any(is_repeated), "two RUNs have the same name");
        Ok(Header { runs })
    }

    /// Whether this system can run the case. Signals and `/dev/` need Unix; `/dev/full` and
    /// `ULIMIT` need Linux.
    pub(super) fn is_for_this_system(&self) -> bool {
        // macOS has no `ulimit -v`.
        let needs_linux = |run: &Run| {
            run.ulimit.is_some() || [run.around.stdout, run.around.stderr].contains(&Output::Full)
        };
        let needs_unix = |run: &Run| {
            run.around.signal.is_some()
                || matches!(run.exit, Exit::Signal(_))
                || run.words.iter().any(|word| word.starts_with("/dev/"))
        };
        (cfg!(target_os = "linux") || !self.runs.iter().any(needs_linux))
            && (cfg!(unix) || !self.runs.iter().any(needs_unix))
    }
}

impl Run {
    fn take(&mut self, directive: Directive) {
        match directive {
            Directive::Run { .. } => unreachable!("`Header::parse` handles `RUN`"),
            Directive::Exit(exit) => self.exit = exit,
            Directive::Env(name, value) => self.env.push((name, value)),
            Directive::Stdin(stdin) => self.around.stdin = stdin,
            Directive::StdinOf(file) => self.input = Some(file),
            Directive::Output(0, output) => self.around.stdout = output,
            Directive::Output(_, output) => self.around.stderr = output,
            Directive::Has(stream, text) => self.has[stream].push(text),
            Directive::Signal(name, after) => self.around.signal = Some(Signal { name, after }),
            Directive::Ulimit(limit) => self.ulimit = Some(limit),
            Directive::Varies(text) => self.varies.push(text),
        }
    }
}

impl Run {
    /// Replaces the numbers that vary by `…`.
    pub(super) fn steady(&self, printed: String) -> String {
        self.varies.iter().fold(printed, |printed, before| {
            let mut pieces = printed.split(before.as_str());
            let mut steady = pieces.next().unwrap_or_default().to_owned();
            for piece in pieces {
                let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
                steady += before;
                steady += if rest.len() < piece.len() { "…" } else { "" };
                steady += rest;
            }
            steady
        })
    }
}

impl Exit {
    pub(super) fn parse(text: &str) -> Result<Self> {
        if let Some(signal) = text.strip_prefix("SIG") {
            return Ok(Exit::Signal(signal.to_owned()));
        }
        Ok(Exit::Status(text.parse().context("a status, or SIGNAME")?))
    }

    /// Fails if the program ended in another way.
    pub(super) fn check(&self, status: std::process::ExitStatus) -> Result<()> {
        match self {
            Exit::Status(code) if status.code() == Some(*code) => Ok(()),
            Exit::Signal(name) if is_signal(status, name) => Ok(()),
            Exit::Status(code) => bail!("{status}, not {code}"),
            Exit::Signal(name) => bail!("{status}, not SIG{name}"),
        }
    }
}

#[cfg(unix)]
fn is_signal(status: std::process::ExitStatus, name: &str) -> bool {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt;

    let named = [("INT", Signal::INT), ("PIPE", Signal::PIPE), ("TERM", Signal::TERM)];
    let named = named.iter().find(|(of, _)| *of == name);
    named.is_some_and(|(_, signal)| status.signal() == Some(signal.as_raw()))
}

#[cfg(not(unix))]
fn is_signal(_: std::process::ExitStatus, _: &str) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::child::Input;

    #[test]
    fn commands_are_read_from_the_first_comments() {
        let text = ";; RUN: a %\n;; why\n;; EXIT: 2\n;; RUN[b]: c\n(module)\n;; RUN[d]: e\n";
        let runs = Header::parse(text).unwrap().runs;
        assert_eq!(runs.len(), 2);
        assert_eq!((runs[0].name.as_deref(), &runs[0].exit), (None, &Exit::Status(2)));
        assert_eq!((runs[1].name.as_deref(), &runs[1].exit), (Some("b"), &Exit::Status(0)));
        assert_eq!(runs[1].words, ["c"]);
    }

    #[test]
    fn the_settings_of_a_command_follow_it() {
        let text = ";; RUN: a\n;; RUN[b]: c\n;; EXIT: SIGPIPE\n;; STDIN: \"one\\n\"\n\
                    ;; STDOUT: closed\n;; STDERR: has why\n;; ENV: A=b=c\n\
                    ;; SIGNAL: INT after it is ready\n;; VARIES: took\n";
        let runs = Header::parse(text).unwrap().runs;
        assert_eq!(runs[0].around, Around::default());
        let signal = Signal { name: "INT".to_owned(), after: "it is ready".to_owned() };
        let around = Around {
            stdin: Input::Bytes(b"one\n".to_vec()),
            stdout: Output::Closed,
            stderr: Output::Kept,
            signal: Some(signal),
        };
        assert_eq!((&runs[1].around, &runs[1].exit), (&around, &Exit::Signal("PIPE".to_owned())));
        assert_eq!(runs[1].env, [("A".to_owned(), "b=c".to_owned())]);
        assert_eq!((&runs[1].has[1][0], &runs[1].varies[0]), (&"why".into(), &"took".into()));
    }

    #[test]
    fn a_wrong_header_is_an_error() {
        let fault = |text| format!("{:#}", Header::parse(text).err().expect("an error"));
        assert!(fault("(module)").contains("no line"));
        assert!(fault(";; EXIT: 1\n").contains("before any RUN"));
        assert!(fault(";; RUN: a\n;; RUN: b\n").contains("same name"));
        assert!(fault(";; RUN b: a\n").contains("expected"));
        assert!(fault(";; RUN: a\n;; STDIM: b\n").contains("STDIM"));
    }
}

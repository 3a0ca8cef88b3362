//! Runs compilers: their messages go to stderr as they come, and errors say what helps.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

/// What helps with all that a failed compiler said.
pub(super) type Help<'a> = dyn Fn(&str) -> Vec<String> + 'a;

/// What a compiler said, and how it ended.
pub(super) struct Said {
    name: String,
    status: ExitStatus,
    /// On stdout, where that is piped.
    pub(super) printed: Vec<u8>,
    /// On stderr.
    pub(super) messages: String,
}

impl Said {
    /// The same where the compiler ended well.
    ///
    /// # Errors
    ///
    /// Where it failed: with what helps.
    pub(super) fn explained(self, help: &Help<'_>) -> Result<Self> {
        if self.status.success() {
            return Ok(self);
        }
        let help: String =
            help(&self.messages).iter().map(|help| format!("\n  help: {help}")).collect();
        bail!("{} failed ({}); its messages are above{help}", self.name, self.status);
    }
}

/// Runs a compiler; its messages go to stderr as they come.
pub(super) fn run(command: &mut Command) -> Result<Said> {
    run_showing(command, &mut |_| true)
}

/// The same with only those messages that are to be shown.
pub(super) fn run_showing(
    command: &mut Command,
    shown: &mut dyn FnMut(&str) -> bool,
) -> Result<Said> {
    let program = Path::new(command.get_program()).to_owned();
    let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let unread = || format!("cannot read what {name} says");
    let mut stdout = child.stdout.take();
    let messages = child.stderr.take().context("no stderr")?;
    // Both at once: a program waits while either pipe is full.
    let (printed, said) = std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut printed = Vec::new();
            stdout.as_mut().map_or(Ok(0), |stdout| stdout.read_to_end(&mut printed))?;
            std::io::Result::Ok(printed)
        });
        let said = passed_on(BufReader::new(messages), shown);
        (reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), said)
    });
    let (printed, messages) = (printed.with_context(unread)?, said.with_context(unread)?);
    let status = child.wait().with_context(|| format!("cannot run {}", program.display()))?;
    Ok(Said { name, status, printed, messages })
}

/// The messages, each of which goes to stderr as it comes.
fn passed_on(
    mut messages: impl BufRead,
    shown: &mut dyn FnMut(&str) -> bool,
) -> std::io::Result<String> {
    let (mut said, mut line) = (String::new(), Vec::new());
    while messages.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        if shown(text.trim_end()) {
            // Nobody may be there to read it; the exit status is told all the same.
            let _ = std::io::stderr().write_all(&line);
        }
        said += &text;
        line.clear();
    }
    Ok(said)
}

/// What helps, for each line that has an answer; each answer once.
pub(super) fn by_line(said: &str, answer: fn(&str) -> Option<String>) -> Vec<String> {
    let mut answers = Vec::new();
    for line in said.lines() {
        if let Some(answer) = answer(line)
            && !answers.contains(&answer)
        {
            answers.push(answer);
        }
    }
    answers
}

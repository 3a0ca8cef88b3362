//! Runs compilers: passes their messages on to stderr as they arrive, and adds help to the errors.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

/// Returns remedies for the messages of a failed compiler.
pub(super) type Help<'a> = dyn Fn(&str) -> Vec<String> + 'a;

/// The output and the exit status of a compiler.
pub(super) struct Finished {
    name: String,
    status: ExitStatus,
    /// The bytes on stdout, if stdout is piped.
    pub(super) stdout: Vec<u8>,
    /// The text on stderr.
    pub(super) messages: String,
}

impl Finished {
    /// Returns `self` if the compiler succeeded.
    ///
    /// # Errors
    ///
    /// The compiler failed; the error contains the remedies of `help`.
    pub(super) fn explained(self, help: &Help<'_>) -> Result<Self> {
        if self.status.success() {
            return Ok(self);
        }
        let help: String =
            help(&self.messages).iter().map(|help| format!("\n  help: {help}")).collect();
        bail!("{} failed ({}); its messages are above{help}", self.name, self.status);
    }
}

/// Runs a compiler, and passes its messages on to stderr as they arrive.
pub(super) fn run(command: &mut Command) -> Result<Finished> {
    run_showing(command, &mut |_| true)
}

/// Likewise, but passes on only the lines for which `shown` returns true.
pub(super) fn run_showing(
    command: &mut Command,
    shown: &mut dyn FnMut(&str) -> bool,
) -> Result<Finished> {
    let program = Path::new(command.get_program()).to_owned();
    let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let unread = || format!("cannot read the output of {name}");
    let mut stdout_pipe = child.stdout.take();
    let messages = child.stderr.take().context("no stderr")?;
    // Reads both pipes at once: a program blocks while either of them is full.
    let (stdout, messages) = std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut bytes = Vec::new();
            stdout_pipe.as_mut().map_or(Ok(0), |pipe| pipe.read_to_end(&mut bytes))?;
            std::io::Result::Ok(bytes)
        });
        let messages = pass_on(BufReader::new(messages), shown);
        (reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), messages)
    });
    let (stdout, messages) = (stdout.with_context(unread)?, messages.with_context(unread)?);
    let status = child.wait().with_context(|| format!("cannot run {}", program.display()))?;
    Ok(Finished { name, status, stdout, messages })
}

/// Passes the lines on to stderr as they arrive, and returns all of them.
fn pass_on(
    mut messages: impl BufRead,
    shown: &mut dyn FnMut(&str) -> bool,
) -> std::io::Result<String> {
    let (mut all, mut line) = (String::new(), Vec::new());
    while messages.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        if shown(text.trim_end()) {
            // A closed stderr must not stop the build; the exit status reports the result.
            let _ = std::io::stderr().write_all(&line);
        }
        all += &text;
        line.clear();
    }
    Ok(all)
}

/// The remedies that `remedy` returns for the lines of the messages, without duplicates.
pub(super) fn by_line(messages: &str, remedy: fn(&str) -> Option<String>) -> Vec<String> {
    let mut remedies = Vec::new();
    for line in messages.lines() {
        if let Some(remedy) = remedy(line)
            && !remedies.contains(&remedy)
        {
            remedies.push(remedy);
        }
    }
    remedies
}

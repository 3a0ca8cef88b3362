//! A compiler's command in; its messages on stderr as they come, and what helps where it fails,
//! out.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a compiler, with what it prints on stdout among the messages on stderr. Where it fails,
/// the answers to its lines are in the error.
pub(super) fn run(command: &mut Command, answer: fn(&str) -> Option<String>) -> Result<Said> {
    output(command.stdout(std::io::stderr()), answer)
}

/// What a compiler said.
pub(super) struct Said {
    /// On stdout, where that is piped.
    pub(super) printed: Vec<u8>,
    /// On stderr.
    pub(super) messages: String,
}

/// The same, with stdout as the command has it.
pub(super) fn output(command: &mut Command, answer: fn(&str) -> Option<String>) -> Result<Said> {
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
        let said = passed_on(BufReader::new(messages));
        (reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), said)
    });
    let (printed, messages) = (printed.with_context(unread)?, said.with_context(unread)?);
    let status = child.wait().with_context(|| format!("cannot run {}", program.display()))?;
    if !status.success() {
        let help = help(&messages, answer);
        let help: String = help.iter().map(|help| format!("\n  help: {help}")).collect();
        bail!("{name} failed ({status}); its messages are above{help}");
    }
    Ok(Said { printed, messages })
}

/// The messages, each of which goes to stderr as it comes.
fn passed_on(mut messages: impl BufRead) -> std::io::Result<String> {
    let (mut said, mut line) = (String::new(), Vec::new());
    while messages.read_until(b'\n', &mut line)? > 0 {
        // Nobody may be there to read it; the exit status is told all the same.
        let _ = std::io::stderr().write_all(&line);
        said += &String::from_utf8_lossy(&line);
        line.clear();
    }
    Ok(said)
}

/// What helps, for each line that has an answer; each answer once.
pub(super) fn help(said: &str, answer: fn(&str) -> Option<String>) -> Vec<String> {
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

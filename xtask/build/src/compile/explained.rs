//! A compiler's command in; its messages on stderr as they come, and what helps where it fails,
//! out.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a compiler, with what it prints on stdout among the messages on stderr. Where it fails,
/// the answers to its lines are in the error.
pub(super) fn run(command: &mut Command, answer: fn(&str) -> Option<String>) -> Result<()> {
    let program = Path::new(command.get_program()).to_owned();
    let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(std::io::stderr())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let mut messages = BufReader::new(child.stderr.take().context("no stderr")?);
    let mut said = String::new();
    let mut line = Vec::new();
    let unread = || format!("cannot read what {name} says");
    while messages.read_until(b'\n', &mut line).with_context(unread)? > 0 {
        // Nobody may be there to read it; the exit status is told all the same.
        let _ = std::io::stderr().write_all(&line);
        said += &String::from_utf8_lossy(&line);
        line.clear();
    }
    let status = child.wait().with_context(|| format!("cannot run {}", program.display()))?;
    if !status.success() {
        let help = help(&said, answer);
        let help: String = help.iter().map(|help| format!("\n  help: {help}")).collect();
        bail!("{name} failed ({status}); its messages are above{help}");
    }
    Ok(())
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

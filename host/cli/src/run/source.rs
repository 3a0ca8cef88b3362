//! Sources of the CALLs of `run`: the command line, standard input (`-`) and files (`@FILE`). Each
//! CALL keeps its file and line for messages.

use std::fmt;
use std::fs;
use std::io::{self, Read};

use anyhow::{Context, Result};

use polyreactor_contract::{Fault, quote};

use crate::fail::Usage;

/// The text of a CALL, and where it was read.
pub(super) struct Source {
    pub(super) text: String,
    /// The name of the file, or `standard input`; `None` for the command line.
    path: Option<String>,
    /// The line in that file, from 1; on the command line, the position among the CALLs.
    line: usize,
}

impl Source {
    /// The message of a fault, with the CALL and its place underlined.
    pub(super) fn show(&self, fault: &Fault) -> String {
        fault.render(&self.text, self.path.as_deref(), self.line)
    }
}

/// The name of the CALL in messages: file and line where it has them, then its text.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}:{}: ", self.line)?;
        }
        write!(f, "CALL `{}`", quote::excerpt(&self.text))
    }
}

/// Collects all CALLs, in order: `-` is replaced by the lines of standard input, `@FILE` by those
/// of the file. With `guest_reads` (`--stdin`) the guest reads standard input, and `-` is an error.
pub(super) fn calls(words: &[String], guest_reads: bool) -> Result<Vec<Source>> {
    let from_stdin = words.iter().filter(|word| *word == "-").count();
    if from_stdin > 0 && guest_reads {
        let message = "`-` and `--stdin` both read standard input: write the CALLs into a file, \
                       and pass it as `@FILE`";
        return Err(Usage(message.to_owned()).into());
    }
    if from_stdin > 1 {
        let message = "`-` is given more than once, but standard input can be read only once";
        return Err(Usage(message.to_owned()).into());
    }
    let mut calls = Vec::new();
    for (number, word) in words.iter().enumerate() {
        match word.strip_prefix('@') {
            _ if word == "-" => {
                let mut bytes = Vec::new();
                let read = io::stdin().lock().read_to_end(&mut bytes);
                read.context("standard input can't be read")?;
                lines("standard input", &bytes, &mut calls)?;
            }
            Some(file) => {
                let name = quote::escape(file);
                let bytes = fs::read(file).with_context(|| format!("`{name}` can't be read"))?;
                lines(&name, &bytes, &mut calls)?;
            }
            None => calls.push(Source { text: word.clone(), path: None, line: number + 1 }),
        }
    }
    if calls.is_empty() {
        let message = "there is no CALL to make: the input has only empty lines and comments";
        return Err(Usage(message.to_owned()).into());
    }
    Ok(calls)
}

/// Adds one CALL per line; empty lines and comments (`#`) are skipped.
fn lines(name: &str, bytes: &[u8], calls: &mut Vec<Source>) -> Result<()> {
    // The byte order mark that some editors write.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let number = number + 1;
        let Ok(text) = std::str::from_utf8(line) else {
            return Err(Usage(format!("{name}:{number}: this line is not valid UTF-8")).into());
        };
        // Blanks at the beginning stay: faults count columns from the beginning of the line.
        let (text, whole) = (text.trim(), text.trim_end());
        if !text.is_empty() && !text.starts_with('#') {
            let path = Some(name.to_owned());
            calls.push(Source { text: whole.to_owned(), path, line: number });
        }
    }
    Ok(())
}

//! Where the CALLs of `run` come from: the words of the command line in, CALLs out, each with
//! the file and line that it stands in.

use std::fmt;
use std::fs;
use std::io::{self, Read};

use anyhow::{Context, Result};

use polyreactor_contract::{Fault, quote};

use crate::fail::Usage;

/// A CALL as it was typed or written.
pub(super) struct Source {
    pub(super) text: String,
    /// The file that it stands in, or `standard input`; `None` for the command line.
    path: Option<String>,
    /// The number of its line there; on the command line, of the CALL.
    line: usize,
}

impl Source {
    /// The fault, shown where it stands.
    pub(super) fn show(&self, fault: &Fault) -> String {
        fault.render(&self.text, self.path.as_deref(), self.line)
    }
}

/// As messages name it.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}:{}: ", self.line)?;
        }
        write!(f, "CALL `{}`", quote::excerpt(&self.text))
    }
}

/// Puts in place of `-` what standard input holds, and in place of `@FILE` what that file does.
/// `guest_reads` says that standard input belongs to the guest.
pub(super) fn calls(words: &[String], guest_reads: bool) -> Result<Vec<Source>> {
    let from_stdin = words.iter().filter(|word| *word == "-").count();
    if from_stdin > 0 && guest_reads {
        let fault = "`-` and `--stdin` both want standard input: write the CALLs into a file, and \
                     give that as `@FILE`";
        return Err(Usage(fault.to_owned()).into());
    }
    if from_stdin > 1 {
        let fault = "`-` is there more than once, and standard input can be read once";
        return Err(Usage(fault.to_owned()).into());
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
        let fault = "there is no CALL to be made: no line of what was given holds one";
        return Err(Usage(fault.to_owned()).into());
    }
    Ok(calls)
}

/// A line each, but for empty ones and comments.
fn lines(name: &str, bytes: &[u8], calls: &mut Vec<Source>) -> Result<()> {
    // What an editor may have put before the first one.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let number = number + 1;
        let Ok(text) = std::str::from_utf8(line) else {
            return Err(Usage(format!("{name}:{number}: this line is no UTF-8 text")).into());
        };
        // Faults count columns from the line's beginning.
        let (text, whole) = (text.trim(), text.trim_end());
        if !text.is_empty() && !text.starts_with('#') {
            let path = Some(name.to_owned());
            calls.push(Source { text: whole.to_owned(), path, line: number });
        }
    }
    Ok(())
}

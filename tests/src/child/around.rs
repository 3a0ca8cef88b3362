//! The streams of a child process, and a signal that is sent when it has printed a line.

use std::fs::File;
use std::io::{PipeWriter, Read, Seek, Write, pipe};
use std::process::{Child, ChildStdin, Stdio};

use anyhow::{Context, Result, bail};

/// The streams and the signal. By default the standard input is empty, all output is captured, and
/// no signal is sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Around {
    pub(crate) stdin: Input,
    pub(crate) stdout: Output,
    pub(crate) stderr: Output,
    pub(crate) signal: Option<Signal>,
}

/// A standard input.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Input {
    /// No data, only the end.
    #[default]
    Empty,
    /// A pipe with these bytes, then the end.
    Bytes(Vec<u8>),
    /// A pipe that never has data and never ends.
    Open,
}

/// A standard output or a standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) enum Output {
    /// The output is captured.
    #[default]
    Kept,
    /// A pipe whose reading end is closed.
    Closed,
    /// A full device (`/dev/full` of Linux): every write fails.
    Full,
}

/// A signal, and the line after which it is sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signal {
    /// The name without `SIG`: `INT` or `TERM`.
    pub(crate) name: String,
    /// The line of stdout or stderr after which the signal is sent.
    pub(crate) after: String,
}

impl Input {
    pub(super) fn stdio(&self) -> Stdio {
        if *self == Input::Empty { Stdio::null() } else { Stdio::piped() }
    }

    /// Writes the bytes. For `Open`, returns the writing end, which keeps the pipe open.
    pub(super) fn feed(&self, child: &mut Child) -> Option<ChildStdin> {
        let mut stdin = child.stdin.take()?;
        let Input::Bytes(bytes) = self else { return Some(stdin) };
        let bytes = bytes.clone();
        // On a thread of its own: a write of more bytes than the pipe's buffer holds blocks until
        // the child reads. The error is ignored, because a child need not read its input.
        std::thread::spawn(move || stdin.write_all(&bytes).ok());
        None
    }
}

impl Output {
    pub(super) fn open(self) -> Result<Sink> {
        Ok(match self {
            // A file, because reading a pipe would block until grandchildren close it, too.
            Output::Kept => Sink::File(tempfile::tempfile()?),
            Output::Closed => Sink::Pipe(pipe()?.1),
            Output::Full => {
                Sink::Full(File::options().write(true).open("/dev/full").context("/dev/full")?)
            }
        })
    }
}

/// The target of a program's output.
pub(super) enum Sink {
    File(File),
    Pipe(PipeWriter),
    Full(File),
}

impl Sink {
    pub(super) fn stdio(&self) -> Result<Stdio> {
        Ok(match self {
            Sink::File(file) | Sink::Full(file) => file.try_clone()?.into(),
            Sink::Pipe(pipe) => pipe.try_clone()?.into(),
        })
    }

    /// Whether the program has printed that line, including its end, by now.
    pub(super) fn has(&self, line: &str) -> bool {
        let Sink::File(file) = self else { return false };
        let printed = so_far(file).unwrap_or_default();
        let text = String::from_utf8_lossy(&printed);
        text.split_inclusive('\n').any(|printed| printed.strip_suffix('\n') == Some(line))
    }

    /// The whole output; empty unless it is captured.
    pub(super) fn text(&mut self) -> Result<String> {
        let mut bytes = Vec::new();
        if let Sink::File(file) = self {
            file.rewind()?;
            file.read_to_end(&mut bytes)?;
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Reads a file that the child is writing through the same file description, without changing the
/// position at which the child writes.
#[cfg(unix)]
fn so_far(file: &File) -> std::io::Result<Vec<u8>> {
    use std::os::unix::fs::FileExt;

    let mut bytes = vec![0; usize::try_from(file.metadata()?.len()).unwrap_or_default()];
    let read = file.read_at(&mut bytes, 0)?;
    bytes.truncate(read);
    Ok(bytes)
}

#[cfg(not(unix))]
fn so_far(_: &File) -> std::io::Result<Vec<u8>> {
    Ok(Vec::new())
}

impl Signal {
    #[cfg(unix)]
    pub(super) fn send(&self, child: &Child) -> Result<()> {
        use rustix::process::{Pid, Signal, kill_process};

        let signal = match &*self.name {
            "INT" => Signal::INT,
            "TERM" => Signal::TERM,
            other => bail!("no signal {other} can be sent, only INT and TERM"),
        };
        Ok(kill_process(Pid::from_child(child), signal)?)
    }

    #[cfg(not(unix))]
    pub(super) fn send(&self, _: &Child) -> Result<()> {
        bail!("signals such as {} can be sent only on Unix", self.name)
    }
}

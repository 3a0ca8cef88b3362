//! What stands around a program while it runs: its streams, and a signal that comes when it has
//! printed a line.

use std::fs::File;
use std::io::{PipeWriter, Read, Seek, Write, pipe};
use std::process::{Child, ChildStdin, Stdio};

use anyhow::{Context, Result, bail};

/// By default nothing can be read, all that is printed is kept, and no signal comes.
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
    /// At its end.
    #[default]
    Empty,
    /// A pipe with these bytes, then its end.
    Bytes(Vec<u8>),
    /// A pipe in which nothing comes, and no end.
    Open,
}

/// A standard output or a standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) enum Output {
    /// What is printed is kept.
    #[default]
    Kept,
    /// A pipe whose reader is gone.
    Closed,
    /// A device without room: Linux's `/dev/full`.
    Full,
}

/// A signal, and the line after which it is sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signal {
    /// `INT`, without the `SIG`.
    pub(crate) name: String,
    pub(crate) after: String,
}

impl Input {
    pub(super) fn stdio(&self) -> Stdio {
        if *self == Input::Empty { Stdio::null() } else { Stdio::piped() }
    }

    /// Writes what there is to be read; what it gives holds the pipe open.
    pub(super) fn feed(&self, child: &mut Child) -> Option<ChildStdin> {
        let mut stdin = child.stdin.take()?;
        let Input::Bytes(bytes) = self else { return Some(stdin) };
        let bytes = bytes.clone();
        // More than a pipe holds is waited for elsewhere; who does not read it is free not to.
        std::thread::spawn(move || stdin.write_all(&bytes).ok());
        None
    }
}

impl Output {
    pub(super) fn open(self) -> Result<Sink> {
        Ok(match self {
            // A file, not a pipe: a pipe would stay open for as long as a grandchild holds it.
            Output::Kept => Sink::File(tempfile::tempfile()?),
            Output::Closed => Sink::Pipe(pipe()?.1),
            Output::Full => {
                Sink::Full(File::options().write(true).open("/dev/full").context("/dev/full")?)
            }
        })
    }
}

/// Where a program's output goes.
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

    /// Whether that line has been printed by now.
    pub(super) fn has(&self, line: &str) -> bool {
        let Sink::File(file) = self else { return false };
        let printed = so_far(file).unwrap_or_default();
        let text = String::from_utf8_lossy(&printed);
        text.split_inclusive('\n').any(|printed| printed.strip_suffix('\n') == Some(line))
    }

    /// All that was printed.
    pub(super) fn text(&mut self) -> Result<String> {
        let mut bytes = Vec::new();
        if let Sink::File(file) = self {
            file.rewind()?;
            file.read_to_end(&mut bytes)?;
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Reads a file that another process is writing through the same descriptor, whose place stays
/// where it is.
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
            other => bail!("no signal {other} can be sent: INT or TERM"),
        };
        Ok(kill_process(Pid::from_child(child), signal)?)
    }

    #[cfg(not(unix))]
    pub(super) fn send(&self, _: &Child) -> Result<()> {
        bail!("this system knows no signal {}", self.name)
    }
}

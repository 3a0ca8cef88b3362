//! Where what a guest writes goes: passed through, kept, or handed on line by line.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::Level;

/// Where one of a guest's output streams leads.
///
/// ```
/// use polyreactor_host::{Capture, InstanceConfig, Output};
///
/// let capture = Capture::new(64 << 10);
/// let config = InstanceConfig::new()
///     .stdout(Output::capture(&capture))
///     .stderr(Output::lines(|plugin, line| eprintln!("{plugin}: {line}")));
/// // … make an instance, call it …
/// assert_eq!(capture.take().text(), "");
/// ```
#[derive(Clone, Default)]
pub struct Output(pub(crate) Destination);

#[derive(Clone, Default)]
pub(crate) enum Destination {
    #[default]
    Null,
    Stdout,
    Stderr,
    /// To the process's stream of the same name.
    Inherit,
    Capture(Capture),
    Writer(Arc<Mutex<dyn Write + Send>>),
    Lines(Arc<LineSink>),
}

/// What is done with a line: the plugin's name, and the line without its end.
pub(crate) type LineSink = dyn Fn(&str, &str) + Send + Sync;

impl Output {
    /// Nowhere: what is written is dropped.
    pub fn null() -> Self {
        Output(Destination::Null)
    }

    /// To the stream of the same name of the host's process.
    pub fn inherit() -> Self {
        Output(Destination::Inherit)
    }

    /// To the standard output of the host's process, whichever stream it is of the guest's.
    pub fn to_stdout() -> Self {
        Output(Destination::Stdout)
    }

    /// To the standard error of the host's process, whichever stream it is of the guest's.
    pub fn to_stderr() -> Self {
        Output(Destination::Stderr)
    }

    /// Into memory.
    pub fn capture(capture: &Capture) -> Self {
        Output(Destination::Capture(capture.clone()))
    }

    /// Into a writer, shared by all instances made with this value and its clones. It is
    /// flushed after each of the guest's writes; the guest waits for it.
    pub fn writer(writer: impl Write + Send + 'static) -> Self {
        Output(Destination::Writer(Arc::new(Mutex::new(writer))))
    }

    /// Line by line, without its end, to a function that is also given the plugin's name
    /// ([`InstanceConfig::name`](crate::InstanceConfig::name)).
    ///
    /// A line is handed on when it ends, or when it grows over 64 KiB; the rest of an unfinished
    /// one when the instance is dropped. What is no UTF-8 is replaced.
    pub fn lines(sink: impl Fn(&str, &str) + Send + Sync + 'static) -> Self {
        Output(Destination::Lines(Arc::new(sink)))
    }

    /// Line by line, as [`Output::lines`], as events of `tracing`, with the field `plugin`.
    pub fn tracing(level: Level) -> Self {
        Self::lines(move |plugin, line| match level {
            Level::ERROR => tracing::error!(plugin, "{line}"),
            Level::WARN => tracing::warn!(plugin, "{line}"),
            Level::INFO => tracing::info!(plugin, "{line}"),
            Level::DEBUG => tracing::debug!(plugin, "{line}"),
            Level::TRACE => tracing::trace!(plugin, "{line}"),
        })
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Destination::Null => "Output::null()",
            Destination::Stdout => "Output::to_stdout()",
            Destination::Stderr => "Output::to_stderr()",
            Destination::Inherit => "Output::inherit()",
            Destination::Capture(_) => "Output::capture(…)",
            Destination::Writer(_) => "Output::writer(…)",
            Destination::Lines(_) => "Output::lines(…)",
        })
    }
}

/// Keeps what guests write, up to a bound; a clone is the same one.
#[derive(Debug, Clone)]
pub struct Capture {
    most: usize,
    kept: Arc<Mutex<Captured>>,
}

/// What was written, or its beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Captured {
    /// The first bytes of it, as many as there was room for.
    pub bytes: Vec<u8>,
    /// How many bytes came after them and were dropped.
    pub dropped: u64,
}

impl Capture {
    /// Keeps the first `most` bytes, and counts the others.
    pub fn new(most: usize) -> Self {
        Capture { most, kept: Arc::default() }
    }

    /// What was written since it was made or last taken; there is room again after that.
    pub fn take(&self) -> Captured {
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn write(&self, bytes: &[u8]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = bytes.len().min(self.most - kept.bytes.len());
        kept.bytes.extend_from_slice(&bytes[..fits]);
        kept.dropped += (bytes.len() - fits) as u64;
    }
}

impl Captured {
    /// Whether something was dropped.
    pub fn is_cut(&self) -> bool {
        self.dropped > 0
    }

    /// As text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

//! [`Output`]: the destination of a guest's standard output or standard error.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::Level;

/// The destination of a guest's standard output or standard error. A clone is the same destination.
///
/// A write blocks the call until the destination has taken the bytes. Its time counts towards the
/// call's limit ([`InstanceConfig::timeout`](crate::InstanceConfig::timeout)).
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
    /// The host process's stream of the same name.
    Inherit,
    Capture(Capture),
    Writer(Arc<Mutex<dyn Write + Send>>),
    Lines(Arc<LineSink>),
}

/// A function that takes the plugin's name, and a line without its line end.
pub(crate) type LineSink = dyn Fn(&str, &str) + Send + Sync;

impl Output {
    /// Drops everything. The default of both streams.
    pub fn null() -> Self {
        Output(Destination::Null)
    }

    /// Writes to the stream of the same name of the host process.
    ///
    /// If the stream is a full pipe that nobody reads, the call waits, and holds the lock of the
    /// process's stream ([`std::io::Stdout::lock`]) meanwhile. On Unix a deadline or a cancellation
    /// ends the wait; on other systems nothing does.
    pub fn inherit() -> Self {
        Output(Destination::Inherit)
    }

    /// Writes to the standard output of the host process, for either stream of the guest. Waits as
    /// [`Output::inherit`].
    pub fn to_stdout() -> Self {
        Output(Destination::Stdout)
    }

    /// Writes to the standard error of the host process, for either stream of the guest. Waits as
    /// [`Output::inherit`].
    pub fn to_stderr() -> Self {
        Output(Destination::Stderr)
    }

    /// Keeps the bytes in memory, in a [`Capture`].
    pub fn capture(capture: &Capture) -> Self {
        Output(Destination::Capture(capture.clone()))
    }

    /// Writes to `writer`, and flushes it after each write of the guest. An error of the writer is
    /// an error of the guest's write.
    ///
    /// All instances made with this value or its clones share the writer: one writes at a time. No
    /// deadline or cancellation interrupts the writer; the call ends when the writer returns. A
    /// writer that never returns blocks the call for ever, and the calls of other instances that
    /// write to it.
    pub fn writer(writer: impl Write + Send + 'static) -> Self {
        Output(Destination::Writer(Arc::new(Mutex::new(writer))))
    }

    /// Calls `sink` for each line, with the plugin's name
    /// ([`InstanceConfig::name`](crate::InstanceConfig::name)) and the line without its line end
    /// (`\n` or `\r\n`).
    ///
    /// A line is passed on when it ends. A line that grows over 64 KiB is passed on in pieces, and
    /// an unfinished line when the instance is dropped. Bytes that are not UTF-8 are replaced by
    /// U+FFFD.
    ///
    /// `sink` runs on the thread of the call, and may run for several instances at the same time.
    /// No deadline or cancellation interrupts `sink`; the call ends when it returns.
    pub fn lines(sink: impl Fn(&str, &str) + Send + Sync + 'static) -> Self {
        Output(Destination::Lines(Arc::new(sink)))
    }

    /// Emits an event of the crate `tracing` for each line, as [`Output::lines`]: the line is the
    /// message, and the field `plugin` holds the plugin's name.
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

/// A buffer for the output of guests, with a maximum size. A clone is the same buffer.
#[derive(Debug, Clone)]
pub struct Capture {
    most: usize,
    kept: Arc<Mutex<Captured>>,
}

/// The output that a [`Capture`] has kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Captured {
    /// The first bytes that were written, up to the maximum of the [`Capture`].
    pub bytes: Vec<u8>,
    /// The number of bytes that were written after these and dropped.
    pub dropped: u64,
}

impl Capture {
    /// A buffer for the first `most` bytes. Further bytes are counted and dropped, and the guest's
    /// writes succeed.
    pub fn new(most: usize) -> Self {
        Capture { most, kept: Arc::default() }
    }

    /// Takes what was written since the buffer was made or last taken, and empties the buffer.
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
    /// Whether bytes were dropped.
    pub fn is_cut(&self) -> bool {
        self.dropped > 0
    }

    /// The kept bytes as text. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

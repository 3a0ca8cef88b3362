//! The standard streams of a guest: wasmtime-wasi's stream traits, implemented for an [`Input`] and
//! an [`Output`].
//!
//! wasmtime-wasi's traits are asynchronous, but preview 1 blocks on them, on the thread of the
//! call. The implementations here therefore block too, under the [`Deadline`] of the call.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdinStream, StdoutStream};
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};

use crate::interrupt::deadline::{Deadline, Interruption};
use crate::wasi::pipe;
use crate::wasi::stdin::Input;
use crate::wasi::stdin::{Feed, Source};
use crate::wasi::stdout::Output;
use crate::wasi::stdout::{Capture, Destination, LineSink};
use crate::wasi::transcript::Transcript;

/// The standard input of one instance. Clones share the position.
#[derive(Clone)]
pub(crate) struct GuestInput {
    reading: Reading,
    pub(crate) deadline: Arc<Deadline>,
}

#[derive(Clone)]
enum Reading {
    Bytes(Arc<Mutex<Bytes>>),
    Feed(Arc<Feed>),
}

impl GuestInput {
    pub(crate) fn new(input: &Input, deadline: Arc<Deadline>) -> Self {
        let reading = match &input.0 {
            Source::Null => Reading::Bytes(Arc::default()),
            Source::Bytes(bytes) => {
                Reading::Bytes(Arc::new(Mutex::new(Bytes::from_owner(bytes.clone()))))
            }
            Source::Inherit => Reading::Feed(Feed::stdin()),
            Source::Reader(feed) => Reading::Feed(feed.clone()),
        };
        GuestInput { reading, deadline }
    }

    /// Whether a read would return at once.
    pub(crate) fn is_ready(&self) -> bool {
        match &self.reading {
            Reading::Bytes(_) => true,
            Reading::Feed(feed) => feed.is_ready(),
        }
    }

    /// Waits for `longest` at most (`None`: for ever); with `for_input`, only until a read would
    /// return at once. Returns whether it would.
    pub(crate) fn wait(
        &self,
        for_input: bool,
        longest: Option<std::time::Duration>,
    ) -> Result<bool, Interruption> {
        let signal = match &self.reading {
            Reading::Feed(feed) => Some(&feed.waiters),
            Reading::Bytes(_) => None,
        };
        self.deadline.wait(longest, signal.filter(|_| for_input), || for_input && self.is_ready())
    }
}

#[async_trait]
impl Pollable for GuestInput {
    async fn ready(&mut self) {
        // An interruption is reported by `read`, which can return an error.
        self.wait(true, None).ok();
    }
}

#[async_trait]
impl InputStream for GuestInput {
    fn read(&mut self, most: usize) -> StreamResult<Bytes> {
        if let Some(interruption) = self.deadline.interruption() {
            return Err(StreamError::Trap(interruption.into()));
        }
        match &self.reading {
            Reading::Bytes(bytes) => {
                let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
                match bytes.len() {
                    0 => Err(StreamError::Closed),
                    left => Ok(bytes.split_to(most.min(left))),
                }
            }
            Reading::Feed(feed) => match feed.take(most) {
                Ok(Some(bytes)) => Ok(bytes.into()),
                Ok(None) => Err(StreamError::Closed),
                Err(error) => Err(stream_error(error)),
            },
        }
    }
}

impl StdinStream for GuestInput {
    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        // Never called for preview 1.
        Box::new(tokio::io::empty())
    }

    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.clone())
    }
}

impl IsTerminal for GuestInput {
    fn is_terminal(&self) -> bool {
        match &self.reading {
            Reading::Feed(feed) => {
                Arc::ptr_eq(feed, &Feed::stdin()) && io::IsTerminal::is_terminal(&io::stdin())
            }
            Reading::Bytes(_) => false,
        }
    }
}

/// The parts that both output streams of an instance share.
pub(crate) struct Streams<'a> {
    pub(crate) plugin: &'a Arc<str>,
    pub(crate) deadline: &'a Arc<Deadline>,
    pub(crate) transcript: &'a Arc<Mutex<Transcript>>,
}

/// The standard output or standard error of one instance.
#[derive(Clone)]
pub(crate) struct GuestOutput(Arc<Mutex<Sink>>);

/// One of the two output streams of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Stdout,
    Stderr,
}

struct Sink {
    which: Which,
    writing: Writing,
    transcript: Arc<Mutex<Transcript>>,
    deadline: Arc<Deadline>,
}

enum Writing {
    Null,
    Stdout,
    Stderr,
    Capture(Capture),
    Writer(Arc<Mutex<dyn Write + Send>>),
    Lines { sink: Arc<LineSink>, plugin: Arc<str>, line: Vec<u8> },
}

impl GuestOutput {
    pub(crate) fn new(which: Which, output: &Output, streams: &Streams<'_>) -> Self {
        let Streams { plugin, deadline, transcript } = *streams;
        let writing = match &output.0 {
            Destination::Null => Writing::Null,
            Destination::Stdout => Writing::Stdout,
            Destination::Stderr => Writing::Stderr,
            Destination::Inherit if which == Which::Stderr => Writing::Stderr,
            Destination::Inherit => Writing::Stdout,
            Destination::Capture(capture) => Writing::Capture(capture.clone()),
            Destination::Writer(writer) => Writing::Writer(writer.clone()),
            Destination::Lines(sink) => {
                Writing::Lines { sink: sink.clone(), plugin: plugin.clone(), line: Vec::new() }
            }
        };
        let (transcript, deadline) = (transcript.clone(), deadline.clone());
        GuestOutput(Arc::new(Mutex::new(Sink { which, writing, transcript, deadline })))
    }
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut transcript = self.transcript.lock().unwrap_or_else(PoisonError::into_inner);
        match self.which {
            Which::Stdout => transcript.stdout(self.deadline.call(), bytes),
            Which::Stderr => transcript.stderr(self.deadline.call(), bytes),
        }
        // The write below may block for long.
        drop(transcript);
        match &mut self.writing {
            Writing::Null => Ok(()),
            Writing::Stdout => pipe::write_all(&mut io::stdout().lock(), bytes, &self.deadline),
            Writing::Stderr => pipe::write_all(&mut io::stderr().lock(), bytes, &self.deadline),
            Writing::Capture(capture) => {
                capture.write(bytes);
                Ok(())
            }
            Writing::Writer(writer) => {
                write_all(&mut *writer.lock().unwrap_or_else(PoisonError::into_inner), bytes)
            }
            Writing::Lines { sink, plugin, line } => {
                for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
                    line.extend_from_slice(piece);
                    flush_line(&**sink, plugin, line, MAX_LINE_BYTES);
                }
                Ok(())
            }
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Writing::Lines { sink, plugin, line } = &mut self.writing
            && !line.is_empty()
        {
            flush_line(&**sink, plugin, line, 0);
        }
    }
}

/// The size over which an unfinished line is passed on, in bytes.
const MAX_LINE_BYTES: usize = 64 << 10;

/// Passes a line to the sink and clears it, if it has ended or has more than `max_bytes`.
fn flush_line(sink: &LineSink, plugin: &str, line: &mut Vec<u8>, max_bytes: usize) {
    let text = match line.strip_suffix(b"\n") {
        Some(text) => text.strip_suffix(b"\r").unwrap_or(text),
        None if line.len() > max_bytes => line,
        None => return,
    };
    sink(plugin, &String::from_utf8_lossy(text));
    line.clear();
}

fn write_all(writer: &mut (impl Write + ?Sized), bytes: &[u8]) -> io::Result<()> {
    writer.write_all(bytes)?;
    writer.flush()
}

#[async_trait]
impl Pollable for GuestOutput {
    async fn ready(&mut self) {}
}

#[async_trait]
impl OutputStream for GuestOutput {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut sink = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sink.write(&bytes).map_err(stream_error)
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}

impl StdoutStream for GuestOutput {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        // Never called for preview 1.
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl IsTerminal for GuestOutput {
    fn is_terminal(&self) -> bool {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).writing {
            Writing::Stdout => io::IsTerminal::is_terminal(&io::stdout()),
            Writing::Stderr => io::IsTerminal::is_terminal(&io::stderr()),
            _ => false,
        }
    }
}

/// The stream error for an I/O error; an [`Interruption`] inside of it becomes a trap.
fn stream_error(error: io::Error) -> StreamError {
    if let Some(interruption) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return StreamError::Trap(Interruption::into(*interruption));
    }
    match error.kind() {
        io::ErrorKind::BrokenPipe => StreamError::Closed,
        _ => StreamError::LastOperationFailed(error.into()),
    }
}

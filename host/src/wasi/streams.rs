//! A guest's standard streams as wasmtime-wasi wants them: [`Input`] and [`Output`] in.
//!
//! It asks for asynchronous streams and serves preview 1 by blocking on them, on the thread of
//! the call. So what waits here may simply wait, under the eyes of the call's [`Watch`].

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdinStream, StdoutStream};
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};

use crate::interrupt::deadline::{Interruption, Watch};
use crate::wasi::Streams;
use crate::wasi::pipe;
use crate::wasi::stdin::{Feed, Source};
use crate::wasi::stdout::{Destination, LineSink};
use crate::wasi::transcript::Transcript;
use crate::{Input, Output};

/// Standard input of one instance; a clone goes on where the other one is.
#[derive(Clone)]
pub(crate) struct GuestInput {
    reading: Reading,
    pub(crate) watch: Arc<Watch>,
}

#[derive(Clone)]
enum Reading {
    Bytes(Arc<Mutex<Bytes>>),
    Feed(Arc<Feed>),
}

impl GuestInput {
    pub(crate) fn new(input: &Input, watch: Arc<Watch>) -> Self {
        let reading = match &input.0 {
            Source::Null => Reading::Bytes(Arc::default()),
            Source::Bytes(bytes) => {
                Reading::Bytes(Arc::new(Mutex::new(Bytes::from_owner(bytes.clone()))))
            }
            Source::Inherit => Reading::Feed(Feed::stdin()),
            Source::Reader(feed) => Reading::Feed(feed.clone()),
        };
        GuestInput { reading, watch }
    }

    /// Whether a read returns at once.
    pub(crate) fn is_ready(&self) -> bool {
        match &self.reading {
            Reading::Bytes(_) => true,
            Reading::Feed(feed) => feed.is_ready(),
        }
    }

    /// Waits until a read returns at once, where `wants_it`, and at most for `longest`.
    pub(crate) fn wait(
        &self,
        wants_it: bool,
        longest: Option<std::time::Duration>,
    ) -> Result<bool, Interruption> {
        let signal = match &self.reading {
            Reading::Feed(feed) => Some(&feed.waiters),
            Reading::Bytes(_) => None,
        };
        self.watch.wait(longest, signal.filter(|_| wants_it), || wants_it && self.is_ready())
    }
}

#[async_trait]
impl Pollable for GuestInput {
    async fn ready(&mut self) {
        // Whether it was interrupted is seen by `read`, which can say so.
        self.wait(true, None).ok();
    }
}

#[async_trait]
impl InputStream for GuestInput {
    fn read(&mut self, most: usize) -> StreamResult<Bytes> {
        if let Some(interruption) = self.watch.thrown() {
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
                Err(error) => Err(failed(error)),
            },
        }
    }
}

impl StdinStream for GuestInput {
    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        // Preview 1 never asks for it.
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

/// Standard output or error of one instance.
#[derive(Clone)]
pub(crate) struct GuestOutput(Arc<Mutex<Sink>>);

/// One of the two streams that a guest writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Stdout,
    Stderr,
}

struct Sink {
    which: Which,
    writing: Writing,
    transcript: Arc<Mutex<Transcript>>,
    watch: Arc<Watch>,
}

enum Writing {
    Null,
    Stdout,
    Stderr,
    Capture(crate::Capture),
    Writer(Arc<Mutex<dyn Write + Send>>),
    Lines { sink: Arc<LineSink>, plugin: Arc<str>, line: Vec<u8> },
}

impl GuestOutput {
    pub(crate) fn new(which: Which, output: &Output, streams: &Streams<'_>) -> Self {
        let Streams { plugin, watch, transcript, .. } = *streams;
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
        let (transcript, watch) = (transcript.clone(), watch.clone());
        GuestOutput(Arc::new(Mutex::new(Sink { which, writing, transcript, watch })))
    }
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut transcript = self.transcript.lock().unwrap_or_else(PoisonError::into_inner);
        match self.which {
            Which::Stdout => transcript.stdout(self.watch.call(), bytes),
            Which::Stderr => transcript.stderr(self.watch.call(), bytes),
        }
        // What comes now may wait for long.
        drop(transcript);
        match &mut self.writing {
            Writing::Null => Ok(()),
            Writing::Stdout => pipe::write_all(&mut io::stdout().lock(), bytes, &self.watch),
            Writing::Stderr => pipe::write_all(&mut io::stderr().lock(), bytes, &self.watch),
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
                    hand_on(&**sink, plugin, line, LONGEST);
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
            hand_on(&**sink, plugin, line, 0);
        }
    }
}

/// What a line may grow to.
const LONGEST: usize = 64 << 10;

/// Hands a line on that has ended, or is longer than that.
fn hand_on(sink: &LineSink, plugin: &str, line: &mut Vec<u8>, longest: usize) {
    let text = match line.strip_suffix(b"\n") {
        Some(text) => text.strip_suffix(b"\r").unwrap_or(text),
        None if line.len() > longest => line,
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
        sink.write(&bytes).map_err(failed)
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
        // Preview 1 never asks for it.
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

fn failed(error: io::Error) -> StreamError {
    if let Some(interruption) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
        return StreamError::Trap(Interruption::into(*interruption));
    }
    match error.kind() {
        io::ErrorKind::BrokenPipe => StreamError::Closed,
        _ => StreamError::LastOperationFailed(error.into()),
    }
}

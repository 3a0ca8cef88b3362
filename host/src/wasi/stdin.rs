//! [`Input`]: the source of a guest's standard input, and the thread that reads ahead for it.

use std::convert::Infallible;
use std::fmt;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::os::fork::{self, PerProcess};
use crate::os::waiters::Waiters;

/// The source of a guest's standard input. A clone is the same source.
///
/// A guest that reads while no input has arrived waits, until its deadline or a cancellation ends
/// the call.
#[derive(Clone, Default)]
pub struct Input(pub(crate) Source);

#[derive(Clone, Default)]
pub(crate) enum Source {
    #[default]
    Null,
    Bytes(Arc<[u8]>),
    Inherit,
    Reader(Arc<Feed>),
}

impl Input {
    /// No input: every read is at the end of the stream. The default.
    pub fn null() -> Self {
        Input(Source::Null)
    }

    /// Fixed input: each instance reads these bytes from the beginning, then the end of the stream.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Input(Source::Bytes(bytes.into()))
    }

    /// The standard input of the host process.
    ///
    /// All instances with this input share it: each byte goes to one of them. A separate thread
    /// reads from the process's standard input when a guest reads, up to 64 KiB at a time, which
    /// may be more than the guest takes. A host that also reads its standard input itself misses
    /// these bytes.
    pub fn inherit() -> Self {
        Input(Source::Inherit)
    }

    /// Input from `reader`. All instances made with this value or its clones share it: each byte
    /// goes to one of them.
    ///
    /// A separate thread reads from `reader` when a guest reads, up to 64 KiB at a time. A read
    /// that never returns blocks that thread, but no call: deadlines and cancellations still work.
    /// A panic or an error of the reader is an I/O error in the guest, and the stream ends.
    ///
    /// The thread ends with the stream. If the reader is not read to its end, the thread and the
    /// reader stay until the process exits.
    ///
    /// In a forked child of a process that has begun to read, reading is an I/O error.
    pub fn reader(reader: impl Read + Send + 'static) -> Self {
        Input(Source::Reader(Arc::new(Feed::new(Box::new(reader)))))
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Null => "Input::null()",
            Source::Bytes(_) => "Input::bytes(…)",
            Source::Inherit => "Input::inherit()",
            Source::Reader(_) => "Input::reader(…)",
        })
    }
}

/// A reader, the thread that reads from it, and the bytes that no guest has taken yet.
pub(crate) struct Feed {
    state: Mutex<State>,
    wanted: Condvar,
    /// The threads of calls that wait for bytes.
    pub(crate) waiters: Waiters,
    /// The process in which the thread runs, as [`fork::process`] counts; [`NO_PROCESS`] before the
    /// thread is spawned.
    read_by: AtomicU64,
}

const NO_PROCESS: u64 = u64::MAX;

struct State {
    /// `None` once the thread has taken it.
    reader: Option<Box<dyn Read + Send>>,
    bytes: Vec<u8>,
    /// A guest waits for bytes: the thread must read again.
    is_wanted: bool,
    /// The error that ended the stream, until a guest has got it.
    error: Option<io::ErrorKind>,
    has_ended: bool,
}

impl Feed {
    fn new(reader: Box<dyn Read + Send>) -> Self {
        let state = State {
            reader: Some(reader),
            bytes: Vec::new(),
            is_wanted: false,
            error: None,
            has_ended: false,
        };
        Feed {
            state: Mutex::new(state),
            wanted: Condvar::new(),
            waiters: Waiters::default(),
            read_by: AtomicU64::new(NO_PROCESS),
        }
    }

    /// Whether the thread runs in a parent of this process, and so does not exist here.
    fn is_lost(&self) -> bool {
        ![NO_PROCESS, fork::process()].contains(&self.read_by.load(Ordering::Relaxed))
    }

    /// The feed of the process's standard input.
    pub(crate) fn stdin() -> Arc<Self> {
        static STDIN: PerProcess<Arc<Feed>> = PerProcess::new();
        let made = STDIN.get(|| Ok::<_, Infallible>(Arc::new(Feed::new(stdin()))));
        made.unwrap_or_else(|never| match never {}).clone()
    }

    /// Whether [`take`](Feed::take) has bytes, an end or an error to return. If not, makes the
    /// thread read, and spawns it before the first read.
    pub(crate) fn is_ready(self: &Arc<Self>) -> bool {
        if self.is_lost() {
            return true;
        }
        let mut state = self.state();
        if state.has_ended || !state.bytes.is_empty() {
            return true;
        }
        state.is_wanted = true;
        self.wanted.notify_one();
        if let Some(reader) = state.reader.take() {
            self.read_by.store(fork::process(), Ordering::Relaxed);
            let feed = self.clone();
            let named = thread::Builder::new().name("polyreactor-input".to_owned());
            if let Err(error) = named.spawn(move || feed.fill(reader)) {
                state.error = Some(error.kind());
                state.has_ended = true;
                return true;
            }
        }
        false
    }

    /// Takes the bytes that have been read, up to `most`; `None` at the end of the stream.
    pub(crate) fn take(&self, most: usize) -> io::Result<Option<Vec<u8>>> {
        if self.is_lost() {
            return Err(io::Error::other("the input was being read when the process was forked"));
        }
        let mut state = self.state();
        if state.bytes.is_empty() && state.has_ended {
            return state.error.take().map_or(Ok(None), |kind| Err(kind.into()));
        }
        let count = most.min(state.bytes.len());
        Ok(Some(state.bytes.drain(..count).collect()))
    }

    /// The loop of the thread: reads whenever a guest waits, until the end of the stream.
    fn fill(&self, mut reader: Box<dyn Read + Send>) {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let wanted = self.wanted.wait_while(self.state(), |state| !state.is_wanted);
            drop(wanted);
            // A panic of the embedder's reader is an error in the guest, and ends the stream.
            let read = catch_unwind(AssertUnwindSafe(|| reader.read(&mut buffer)));
            let read = read.unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
            let read = read.and_then(|count| {
                // A count over the length of the buffer violates the contract of `Read`.
                buffer.get(..count).ok_or_else(|| io::ErrorKind::InvalidData.into())
            });
            let mut state = self.state();
            match read {
                Ok([]) => state.has_ended = true,
                Ok(bytes) => state.bytes.extend_from_slice(bytes),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    state.error = Some(error.kind());
                    state.has_ended = true;
                }
            }
            state.is_wanted = false;
            let has_ended = state.has_ended;
            drop(state);
            self.waiters.wake();
            if has_ended {
                return;
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The process's standard input.
#[cfg(unix)]
fn stdin() -> Box<dyn Read + Send> {
    use std::fs::File;
    use std::mem::ManuallyDrop;
    use std::os::fd::FromRawFd;

    struct Unlocked(ManuallyDrop<File>);
    impl Read for Unlocked {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }
    // In a forked child, a thread of the parent may hold the lock of `io::stdin` for ever.
    if fork::process() > 0 {
        // SAFETY: descriptor 0 is standard input, and `ManuallyDrop` never closes it.
        return Box::new(Unlocked(ManuallyDrop::new(unsafe { File::from_raw_fd(0) })));
    }
    Box::new(io::stdin())
}

#[cfg(not(unix))]
fn stdin() -> Box<dyn Read + Send> {
    Box::new(io::stdin())
}

//! What a guest reads from its standard input, and how it waits for that.

use std::convert::Infallible;
use std::fmt;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::os::fork::{self, PerProcess};
use crate::os::waiters::Waiters;

/// Where a guest's standard input comes from.
///
/// A guest that reads what does not come yet waits for it, until its deadline or a
/// cancellation ends the call.
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
    /// It is at its end.
    pub fn null() -> Self {
        Input(Source::Null)
    }

    /// These bytes, for each instance from the first on.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Input(Source::Bytes(bytes.into()))
    }

    /// The standard input of the host's process. All instances that have it share it, and
    /// nothing is read from it before a guest asks.
    pub fn inherit() -> Self {
        Input(Source::Inherit)
    }

    /// What the reader gives, shared by all instances made with this value and its clones.
    ///
    /// It is read on a thread of its own, when a guest asks; a read that never returns keeps
    /// that thread, and no call.
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

/// A reader, read by a thread of its own, and what that has read so far.
pub(crate) struct Feed {
    state: Mutex<State>,
    wanted: Condvar,
    /// Who waits until there is something to take.
    pub(crate) waiters: Waiters,
    /// The process whose thread reads; [`NOBODY`] where none does yet.
    read_by: AtomicU64,
}

const NOBODY: u64 = u64::MAX;

struct State {
    /// Until the thread has it.
    reader: Option<Box<dyn Read + Send>>,
    bytes: Vec<u8>,
    is_wanted: bool,
    end: Option<io::ErrorKind>,
    has_ended: bool,
}

impl Feed {
    fn new(reader: Box<dyn Read + Send>) -> Self {
        let state = State {
            reader: Some(reader),
            bytes: Vec::new(),
            is_wanted: false,
            end: None,
            has_ended: false,
        };
        Feed {
            state: Mutex::new(state),
            wanted: Condvar::new(),
            waiters: Waiters::default(),
            read_by: AtomicU64::new(NOBODY),
        }
    }

    /// Whether the thread that reads is the parent's, and so not in this process.
    fn is_lost(&self) -> bool {
        ![NOBODY, fork::process()].contains(&self.read_by.load(Ordering::Relaxed))
    }

    /// The one of the process's standard input.
    pub(crate) fn stdin() -> Arc<Self> {
        static STDIN: PerProcess<Arc<Feed>> = PerProcess::new();
        let made = STDIN.get(|| Ok::<_, Infallible>(Arc::new(Feed::new(stdin()))));
        made.unwrap_or_else(|never| match never {}).clone()
    }

    /// Whether a read would return at once; where not, it is seen to that one will.
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
                state.end = Some(error.kind());
                state.has_ended = true;
                return true;
            }
        }
        false
    }

    /// What there is, up to `most`; `None` at the end.
    pub(crate) fn take(&self, most: usize) -> io::Result<Option<Vec<u8>>> {
        if self.is_lost() {
            return Err(io::Error::other("the input was being read when the process was forked"));
        }
        let mut state = self.state();
        if state.bytes.is_empty() && state.has_ended {
            return state.end.take().map_or(Ok(None), |kind| Err(kind.into()));
        }
        let count = most.min(state.bytes.len());
        Ok(Some(state.bytes.drain(..count).collect()))
    }

    fn fill(&self, mut reader: Box<dyn Read + Send>) {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let wanted = self.wanted.wait_while(self.state(), |state| !state.is_wanted);
            drop(wanted);
            // A panic of the embedder's ends this thread's work, and is an error to who waits.
            let read = catch_unwind(AssertUnwindSafe(|| reader.read(&mut buffer)));
            let read = read.unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
            let read = read.and_then(|count| {
                // A reader that has read more than there is room for is broken.
                buffer.get(..count).ok_or_else(|| io::ErrorKind::InvalidData.into())
            });
            let mut state = self.state();
            match read {
                Ok([]) => state.has_ended = true,
                Ok(bytes) => state.bytes.extend_from_slice(bytes),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    state.end = Some(error.kind());
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
    // In a child, a thread of the parent's may hold the standard library's lock for ever.
    if fork::process() > 0 {
        // SAFETY: it is never closed.
        return Box::new(Unlocked(ManuallyDrop::new(unsafe { File::from_raw_fd(0) })));
    }
    Box::new(io::stdin())
}

#[cfg(not(unix))]
fn stdin() -> Box<dyn Read + Send> {
    Box::new(io::stdin())
}

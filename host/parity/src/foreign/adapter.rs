//! [`Adapter`]: the child process that makes the calls.
//!
//! Three threads stand between the process and its user, so that no full pipe can block either: one
//! writes requests, one reads answers, one keeps the end of what the process writes to its standard
//! error. They end when the process does.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A running adapter. It is killed when this value is dropped.
#[derive(Debug)]
pub(super) struct Adapter {
    child: Child,
    requests: Sender<Vec<u8>>,
    answers: Receiver<Vec<u8>>,
    words: Arc<Mutex<VecDeque<u8>>>,
    /// The thread that fills `words`.
    listener: JoinHandle<()>,
}

/// Why no line came.
#[derive(Debug)]
pub(super) enum NoLine {
    /// Not within the time.
    Timeout,
    /// The process has closed its output, or wrote a line longer than [`MAX_LINE_BYTES`].
    Closed,
}

/// The longest line of an adapter. Both streams of a call, at 64 MiB each, and a list take less.
const MAX_LINE_BYTES: u64 = 1 << 29;

/// How much of the adapter's standard error is kept, in bytes.
const MAX_WORDS: usize = 4 << 10;

impl Adapter {
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(io::Error::other("the adapter has no pipes"));
        };
        let (requests, to_write) = channel();
        // Few lines at a time: an adapter that writes without being asked waits.
        let (to_read, answers) = sync_channel(2);
        let words = Arc::<Mutex<VecDeque<u8>>>::default();
        let kept = words.clone();
        // The threads are never joined: a process that the adapter started may hold a pipe open.
        thread::spawn(move || write(stdin, &to_write));
        thread::spawn(move || read(stdout, &to_read));
        let listener = thread::spawn(move || keep_end(stderr, &kept));
        Ok(Adapter { child, requests, answers, words, listener })
    }

    /// Sends a line. Where the adapter has ended, the next answer tells.
    pub(super) fn send(&self, mut line: Vec<u8>) {
        line.push(b'\n');
        let _ = self.requests.send(line);
    }

    /// The next line, without its end.
    pub(super) fn line(&self, timeout: Duration) -> Result<Vec<u8>, NoLine> {
        self.answers.recv_timeout(timeout).map_err(|error| match error {
            RecvTimeoutError::Timeout => NoLine::Timeout,
            RecvTimeoutError::Disconnected => NoLine::Closed,
        })
    }

    /// The status of a process that has closed its output, and the last that it wrote to its
    /// standard error.
    pub(super) fn last_words(&mut self) -> String {
        // The process is about to end by itself, with a status that says why.
        let mut status = None;
        for _ in 0..50 {
            status = self.child.try_wait().ok().flatten();
            if status.is_some() && self.listener.is_finished() {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        let status = status.map_or("it closed its output".to_owned(), |status| status.to_string());
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let words: Vec<u8> = words.iter().copied().collect();
        let words = String::from_utf8_lossy(&words);
        match words.trim() {
            "" => status,
            words => format!("{status}: {words}"),
        }
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        // Both fail only if the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(mut stdin: impl Write, requests: &Receiver<Vec<u8>>) {
    for request in requests {
        if stdin.write_all(&request).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn read(stdout: impl Read, answers: &SyncSender<Vec<u8>>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let read = (&mut stdout).take(MAX_LINE_BYTES).read_until(b'\n', &mut line);
        // A line without an end is longer than the limit, or the adapter died while it wrote.
        if read.is_err() || line.pop() != Some(b'\n') || answers.send(line).is_err() {
            return;
        }
    }
}

fn keep_end(mut stderr: impl Read, kept: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(&buffer[..count]);
        let surplus = kept.len().saturating_sub(MAX_WORDS);
        kept.drain(..surplus);
    }
}

//! Writes to the process's own standard streams, under the deadline of the call: the stream may be
//! a full pipe that nobody reads.

use std::io::{self, Write};

use crate::interrupt::deadline::Deadline;

/// Writes all bytes.
///
/// # Errors
///
/// An [`Interruption`](crate::interrupt::deadline::Interruption) inside of an [`io::Error`], if the
/// deadline or a cancellation ends the call before the stream has taken the bytes.
#[cfg(unix)]
pub(crate) fn write_all(
    stream: &mut (impl Write + std::os::fd::AsFd),
    bytes: &[u8],
    deadline: &Deadline,
) -> io::Result<()> {
    /// The bytes that a pipe which polls as writable takes without blocking (`PIPE_BUF` of Linux;
    /// other systems promise less and take more).
    const PIECE: usize = 4096;
    for piece in bytes.chunks(PIECE) {
        while !is_ready(stream)? {
            deadline.check().map_err(io::Error::other)?;
        }
        stream.write_all(piece)?;
        stream.flush()?;
    }
    Ok(())
}

/// Waits up to 10 ms for the stream to be writable, and returns whether it is.
#[cfg(unix)]
fn is_ready(stream: &impl std::os::fd::AsFd) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    /// The interval at which the call is checked while it waits.
    const PAUSE: Timespec = Timespec { tv_sec: 0, tv_nsec: 10_000_000 };
    let mut ready = [PollFd::new(stream, PollFlags::OUT)];
    match poll(&mut ready, Some(&PAUSE)) {
        Ok(count) => Ok(count > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Writes all bytes. Without `poll`, a full pipe that nobody reads blocks the call: no deadline
/// ends the wait.
#[cfg(not(unix))]
pub(crate) fn write_all(stream: &mut impl Write, bytes: &[u8], _: &Deadline) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}

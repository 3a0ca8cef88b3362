//! Writing to the process's own standard streams, which may be pipes that nobody empties: bytes
//! in, and an end when the call is to end.

use std::io::{self, Write};

use crate::interrupt::deadline::Watch;

/// Writes all of it; an [`Interruption`](crate::interrupt::deadline::Interruption) as an error where the call is
/// to end before the stream takes it.
#[cfg(unix)]
pub(crate) fn write_all(
    stream: &mut (impl Write + std::os::fd::AsFd),
    bytes: &[u8],
    watch: &Watch,
) -> io::Result<()> {
    /// What a pipe that says it is ready takes at once (`PIPE_BUF` of Linux; elsewhere less is
    /// promised, and more taken).
    const PIECE: usize = 4096;
    for piece in bytes.chunks(PIECE) {
        while !is_ready(stream)? {
            watch.check().map_err(io::Error::other)?;
        }
        stream.write_all(piece)?;
        stream.flush()?;
    }
    Ok(())
}

/// Whether a write returns at once; waits for that a little while.
#[cfg(unix)]
fn is_ready(stream: &impl std::os::fd::AsFd) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    /// As often a call is looked at while it waits here.
    const PAUSE: Timespec = Timespec { tv_sec: 0, tv_nsec: 10_000_000 };
    let mut ready = [PollFd::new(stream, PollFlags::OUT)];
    match poll(&mut ready, Some(&PAUSE)) {
        Ok(count) => Ok(count > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Writes all of it. Where there is no way to ask, a pipe that nobody empties is waited for.
#[cfg(not(unix))]
pub(crate) fn write_all(stream: &mut impl Write, bytes: &[u8], _: &Watch) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}

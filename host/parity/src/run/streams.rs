//! The guest's output of one call: the first bytes as they are, the rest as its length and hash.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// The most bytes of a call's output that are kept.
const MOST_BYTES: usize = 64 << 10;

/// What a guest wrote to a stream in one call. Equal where all bytes are equal, those that were not
/// kept included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// The first 64 KiB.
    pub(crate) bytes: Vec<u8>,
    /// The number of bytes that came after them.
    pub(crate) more: u64,
    /// The SHA-256 hash of these.
    hash: Option<[u8; 32]>,
}

/// A stream that a guest writes to.
#[derive(Clone, Default)]
pub(crate) struct Stream {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Whether there is anything to take: most calls write nothing.
    is_dirty: AtomicBool,
    buffer: Mutex<Buffer>,
}

#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    more: u64,
    hash: Sha256,
}

impl Stream {
    /// What was written since the last time; `None` for nothing.
    pub(crate) fn take(&self) -> Option<Written> {
        if !self.shared.is_dirty.swap(false, Ordering::Acquire) {
            return None;
        }
        let mut buffer = self.shared.buffer.lock().unwrap_or_else(PoisonError::into_inner);
        let Buffer { bytes, more, hash } = std::mem::take(&mut *buffer);
        let hash = (more > 0).then(|| hash.finalize().into());
        Some(Written { bytes, more, hash })
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut buffer = self.shared.buffer.lock().unwrap_or_else(PoisonError::into_inner);
        let left = MOST_BYTES - buffer.bytes.len();
        let (kept, rest) = bytes.split_at(left.min(bytes.len()));
        buffer.bytes.extend_from_slice(kept);
        if !rest.is_empty() {
            buffer.more += rest.len() as u64;
            buffer.hash.update(rest);
        }
        self.shared.is_dirty.store(true, Ordering::Release);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    /// The text, escaped where it is not printable, with the number of bytes that were not kept.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for chunk in self.bytes.utf8_chunks() {
            text.extend(chunk.valid().chars().flat_map(|character| match character {
                '\n' => vec!['\n'],
                character => character.escape_debug().collect(),
            }));
            text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
        }
        match self.hash {
            None => text,
            // The hash, because two texts that differ must not look the same.
            Some(hash) => {
                let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{text}… and {} more bytes, sha256 {hash}…", self.more)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{MOST_BYTES, Stream};

    #[test]
    fn output_beyond_the_kept_bytes_is_compared_too() {
        let written = |last: &[u8]| {
            let mut stream = Stream::default();
            stream.write_all(&vec![b'a'; MOST_BYTES + 5]).unwrap();
            stream.write_all(last).unwrap();
            stream.take().unwrap()
        };
        assert_eq!(written(b"x"), written(b"x"));
        assert_ne!(written(b"x"), written(b"y"));
        assert_ne!(written(b"x"), written(b"xx"));
        assert_eq!(Stream::default().take(), None);
    }
}

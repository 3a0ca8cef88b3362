//! [`Transcript`]: the parts of a call's output that an error quotes, which are the last lines of
//! both streams and the message of the last panic.

use std::collections::VecDeque;

use crate::error::LastLines;
use crate::wasi::panics::{PanicScanner, Panicked};

/// The number of lines of a stream that are kept.
const MAX_LINES: usize = 8;

/// The size after which a line is cut, in bytes.
const MAX_LINE_BYTES: usize = 2 << 10;

/// The output of one call. The output of earlier calls is discarded.
#[derive(Default)]
pub(crate) struct Transcript {
    call: u64,
    stdout: Stream,
    stderr: Stream,
    panics: PanicScanner,
    /// How much of the unfinished line on standard error the scanner has seen, in bytes.
    scanned: usize,
}

#[derive(Default)]
struct Stream {
    lines: VecDeque<String>,
    /// The unfinished line, up to [`MAX_LINE_BYTES`].
    open: Vec<u8>,
    /// Whether the unfinished line was longer.
    is_cut: bool,
}

impl Transcript {
    /// Records a write to standard output in call number `call`.
    pub(crate) fn stdout(&mut self, call: u64, bytes: &[u8]) {
        self.begin(call);
        if bytes.is_empty() {
            return;
        }
        self.scan_unfinished_line();
        self.panics.stdout(bytes.contains(&b'\n'));
        self.stdout.write(bytes, |_, _| {});
    }

    /// Records a write to standard error in call number `call`.
    pub(crate) fn stderr(&mut self, call: u64, bytes: &[u8]) {
        self.begin(call);
        let Transcript { stderr, panics, scanned, .. } = self;
        stderr.write(bytes, |line, is_cut| {
            panics.line(&text(&line[std::mem::take(scanned)..], is_cut));
        });
    }

    /// The last panic of the call, if the guest wrote nothing after it.
    pub(crate) fn panicked(&mut self, call: u64) -> Option<Panicked> {
        self.begin(call);
        self.scan_unfinished_line();
        self.panics.panicked()
    }

    /// The last lines of both streams in the call.
    pub(crate) fn last_lines(&mut self, call: u64) -> LastLines {
        self.begin(call);
        LastLines { stdout: self.stdout.last_lines(), stderr: self.stderr.last_lines() }
    }

    /// Passes the unfinished line on standard error to the scanner.
    fn scan_unfinished_line(&mut self) {
        let Stream { open, is_cut, .. } = &self.stderr;
        if open.len() > self.scanned {
            self.panics.line(&text(&open[self.scanned..], *is_cut));
            self.scanned = open.len();
        }
    }

    /// Discards the output of an earlier call.
    fn begin(&mut self, call: u64) {
        if self.call != call {
            *self = Transcript { call, ..Transcript::default() };
        }
    }
}

impl Stream {
    /// Splits a write into lines, and calls `each` for every line that ends in it.
    fn write(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8], bool)) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (piece, is_whole) = match piece.strip_suffix(b"\n") {
                Some(piece) => (piece, true),
                None => (piece, false),
            };
            let fits = piece.len().min(MAX_LINE_BYTES - self.open.len());
            self.open.extend_from_slice(&piece[..fits]);
            self.is_cut |= fits < piece.len();
            if is_whole {
                each(&self.open, self.is_cut);
                self.push(text(&self.open, self.is_cut));
                self.open.clear();
                self.is_cut = false;
            }
        }
    }

    fn push(&mut self, line: String) {
        if self.lines.len() == MAX_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    fn last_lines(&self) -> Vec<String> {
        let open = (!self.open.is_empty()).then(|| text(&self.open, self.is_cut));
        let lines: Vec<_> = self.lines.iter().cloned().chain(open).collect();
        // Empty lines at the beginning and the end carry no information.
        let is_empty = |line: &String| line.trim().is_empty();
        let first = lines.iter().position(|line| !is_empty(line)).unwrap_or(lines.len());
        let end = lines.iter().rposition(|line| !is_empty(line)).map_or(first, |last| last + 1);
        let count = end.saturating_sub(first).min(MAX_LINES);
        lines[end - count..end].to_vec()
    }
}

/// A line as text. A whole line loses a `\r` at its end; a cut line loses a partial character at
/// its end, and then ends in `…`.
fn text(line: &[u8], is_cut: bool) -> String {
    let mut text = String::with_capacity(line.len());
    for chunk in line.utf8_chunks() {
        text += chunk.valid();
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    match is_cut {
        true => text.trim_end_matches(char::REPLACEMENT_CHARACTER).to_owned() + "…",
        false => text.trim_end_matches('\r').to_owned(),
    }
}

//! What a guest writes to its two streams during a call, as far as an error tells of it: the last
//! lines, and what the last panic said.

use std::collections::VecDeque;

use crate::LastLines;
use crate::wasi::panics::{PanicScanner, Panicked};

/// As many lines of a stream are kept.
const MOST_LINES: usize = 8;

/// As much of a line is kept, in bytes.
const LONGEST_LINE: usize = 2 << 10;

/// What is written during one call; what an earlier call wrote is forgotten.
#[derive(Default)]
pub(crate) struct Transcript {
    call: u64,
    stdout: Stream,
    stderr: Stream,
    panics: PanicScanner,
    /// How much of the unfinished line on standard error the scanner has seen.
    scanned: usize,
}

#[derive(Default)]
struct Stream {
    lines: VecDeque<String>,
    /// The beginning of the line that is being written, and whether there was more of it.
    open: Vec<u8>,
    is_cut: bool,
}

impl Transcript {
    /// Takes what is written to standard output in a call.
    pub(crate) fn stdout(&mut self, call: u64, bytes: &[u8]) {
        self.turn_to(call);
        if bytes.is_empty() {
            return;
        }
        self.scan_open();
        self.panics.stdout(bytes.contains(&b'\n'));
        self.stdout.write(bytes, |_, _| {});
    }

    /// Takes what is written to standard error in a call.
    pub(crate) fn stderr(&mut self, call: u64, bytes: &[u8]) {
        self.turn_to(call);
        let Transcript { stderr, panics, scanned, .. } = self;
        stderr.write(bytes, |line, is_cut| {
            panics.line(&text(&line[std::mem::take(scanned)..], is_cut));
        });
    }

    /// The panic that the call's guest told last, if that is the last that it wrote.
    pub(crate) fn panicked(&mut self, call: u64) -> Option<Panicked> {
        self.turn_to(call);
        self.scan_open();
        self.panics.panicked()
    }

    /// The last lines of the call.
    pub(crate) fn last_lines(&mut self, call: u64) -> LastLines {
        self.turn_to(call);
        LastLines { stdout: self.stdout.last_lines(), stderr: self.stderr.last_lines() }
    }

    /// Has the scanner look at the unfinished line on standard error.
    fn scan_open(&mut self) {
        let Stream { open, is_cut, .. } = &self.stderr;
        if open.len() > self.scanned {
            self.panics.line(&text(&open[self.scanned..], *is_cut));
            self.scanned = open.len();
        }
    }

    fn turn_to(&mut self, call: u64) {
        if self.call != call {
            *self = Transcript { call, ..Transcript::default() };
        }
    }
}

impl Stream {
    fn write(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8], bool)) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (piece, is_whole) = match piece.strip_suffix(b"\n") {
                Some(piece) => (piece, true),
                None => (piece, false),
            };
            let fits = piece.len().min(LONGEST_LINE - self.open.len());
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
        if self.lines.len() == MOST_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    fn last_lines(&self) -> Vec<String> {
        let open = (!self.open.is_empty()).then(|| text(&self.open, self.is_cut));
        let lines: Vec<_> = self.lines.iter().cloned().chain(open).collect();
        // Empty lines say nothing where they are the first or the last.
        let is_empty = |line: &String| line.trim().is_empty();
        let first = lines.iter().position(|line| !is_empty(line)).unwrap_or(lines.len());
        let end = lines.iter().rposition(|line| !is_empty(line)).map_or(first, |last| last + 1);
        let most = end.saturating_sub(first).min(MOST_LINES);
        lines[end - most..end].to_vec()
    }
}

/// A line; where it was cut, it ends in `…`, and in no part of a character.
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

//! Progress of a run: one line on standard error, where that is a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use polyreactor_parity::Progress;

/// The line with the progress.
pub(super) struct Bar {
    is_shown: bool,
    begin: Instant,
    last: Option<Instant>,
    case: String,
    case_begin: Instant,
}

/// The time between two updates.
const PERIOD: Duration = Duration::from_millis(100);

impl Bar {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let is_shown = io::stderr().is_terminal();
        Bar { is_shown, begin: now, last: None, case: String::new(), case_begin: now }
    }

    pub(super) fn show(&mut self, step: Progress<'_>) {
        if !self.is_shown || self.last.is_some_and(|last| last.elapsed() < PERIOD) {
            return;
        }
        let now = Instant::now();
        self.last = Some(now);
        if self.case != step.case {
            self.case = step.case.to_owned();
            self.case_begin = now;
        }
        let rate = step.calls as f64 / self.begin.elapsed().as_secs_f64().max(0.001);
        let text = match step.total {
            None => format!("{}: {} tried, {rate:.0} calls/s", step.case, step.done),
            Some(total) => {
                let share = step.done as f64 / total as f64;
                let left =
                    self.case_begin.elapsed().as_secs_f64() * (1.0 - share) / share.max(1e-9);
                let left =
                    if step.done < 10 { String::new() } else { format!(", {left:.0} s left") };
                format!("{}: {} of {total}, {rate:.0} calls/s{left}", step.case, step.done)
            }
        };
        let text: String = text.chars().take(width() - 1).collect();
        let _ = write!(io::stderr(), "\r\x1b[K{text}");
    }

    /// Removes the line.
    pub(super) fn clear(&self) {
        if self.last.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// The width of the terminal, in columns: that of `COLUMNS`, or of the terminal; else 100.
pub(super) fn width() -> usize {
    let of_variable = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let of_terminal = || terminal_size::terminal_size().map(|(width, _)| width.0.into());
    of_variable.or_else(of_terminal).unwrap_or(100).clamp(20, 200)
}

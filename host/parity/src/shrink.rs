//! Shrinking: makes a sequence that shows a difference as simple as possible.
//!
//! The stream of choices is shrunk, not the sequence: parts are cut out, and numbers are made
//! smaller, until no step of these is left that still shows a difference. Then removing any call
//! makes the difference vanish, and so does every step that makes one argument simpler: to 0, to
//! half, to the next smaller value, and to each small one.

use std::collections::HashSet;
use std::hash::Hash;

use anyhow::Result;

use crate::generate::{Choice, Source, Span, SpanKind};

/// What was drawn, with the choices that it was drawn from.
pub(crate) struct Drawn<T> {
    pub(crate) item: T,
    pub(crate) choices: Vec<Choice>,
    pub(crate) spans: Vec<Span>,
}

/// The most executions: a bound for guests whose calls take seconds.
const MOST_EXECUTIONS: u64 = 5000;

/// The result of shrinking.
pub(crate) struct Shrunken<T> {
    pub(crate) drawn: Drawn<T>,
    pub(crate) executions: u64,
    /// Whether no simpler item is left to be tried.
    pub(crate) is_minimal: bool,
}

/// Shrinks an item that differs. `draw` draws an item from a stream. `differs` runs an item, and
/// returns the number of its calls up to the difference, the differing one included; `None` where it
/// shows none, and an error where the run is interrupted. `unlink` returns a stream whose item
/// depends less on itself, if there is one: it is taken even where it is longer. The best item so
/// far is returned in any case.
pub(crate) fn shrink<T: Hash + Eq + Clone>(
    found: Drawn<T>,
    draw: impl Fn(Source) -> Drawn<T>,
    differs: impl FnMut(&T) -> Result<Option<usize>>,
    mut unlink: impl FnMut(&Drawn<T>) -> Option<Vec<u64>>,
) -> (Shrunken<T>, Result<()>) {
    let seen = HashSet::from([found.item.clone()]);
    let mut shrinking = Shrinking { best: found, draw, differs, seen, executions: 0 };
    let mut ended = shrinking.run();
    if matches!(ended, Ok(true))
        && let Some(stream) = unlink(&shrinking.best)
    {
        ended = shrinking.take(stream).and_then(|is_taken| match is_taken {
            true => shrinking.run(),
            false => Ok(true),
        });
    }
    let is_minimal = matches!(ended, Ok(true));
    let Shrinking { best, executions, .. } = shrinking;
    (Shrunken { drawn: best, executions, is_minimal }, ended.map(|_| ()))
}

struct Shrinking<T, D, F> {
    best: Drawn<T>,
    draw: D,
    differs: F,
    /// The items that were run: another stream may give the same item.
    seen: HashSet<T>,
    executions: u64,
}

impl<T, D, F> Shrinking<T, D, F>
where
    T: Hash + Eq + Clone,
    D: Fn(Source) -> Drawn<T>,
    F: FnMut(&T) -> Result<Option<usize>>,
{
    /// Runs all passes until none makes progress. Returns whether that was reached.
    fn run(&mut self) -> Result<bool> {
        loop {
            let before = self.best.choices.clone();
            self.cut_spans(SpanKind::LeftOut)?;
            self.cut_spans(SpanKind::Call)?;
            self.lower_choices()?;
            self.cut_spans(SpanKind::Element)?;
            if self.best.choices == before {
                self.lower_together()?;
                self.try_small_values()?;
            }
            if self.executions >= MOST_EXECUTIONS {
                return Ok(false);
            }
            if self.best.choices == before {
                return Ok(true);
            }
        }
    }

    /// Cuts out runs of spans of a kind: first long ones, then each one alone.
    fn cut_spans(&mut self, kind: SpanKind) -> Result<()> {
        let count = |drawn: &Drawn<T>| drawn.spans.iter().filter(|span| span.kind == kind).count();
        let mut length = count(&self.best).next_power_of_two().max(2) / 2;
        while length > 0 {
            let mut at = count(&self.best);
            while at > 0 {
                // From the back: later calls depend on earlier ones.
                at = at.min(count(&self.best));
                let from = at.saturating_sub(length);
                let spans: Vec<Span> =
                    self.best.spans.iter().filter(|span| span.kind == kind).copied().collect();
                let cut: Vec<Span> = spans[from..at].to_vec();
                let mut values = Vec::with_capacity(self.best.choices.len());
                for (number, choice) in self.best.choices.iter().enumerate() {
                    if !cut.iter().any(|span| (span.begin..span.end).contains(&number)) {
                        values.push(choice.value);
                    }
                }
                self.attempt(values)?;
                at = from;
            }
            length /= 2;
        }
        Ok(())
    }

    /// Makes each choice smaller: 0, else by halves, else by the smallest step.
    fn lower_choices(&mut self) -> Result<()> {
        let mut at = 0;
        while at < self.best.choices.len() {
            self.lower(at)?;
            at += 1;
        }
        Ok(())
    }

    fn lower(&mut self, at: usize) -> Result<()> {
        let value = |shrinking: &Self| shrinking.best.choices.get(at).map_or(0, |it| it.value);
        if value(self) == 0 || self.with(at, 0)? {
            return Ok(());
        }
        while value(self) > 1 && self.with(at, value(self) / 2)? {}
        // The step of 2 keeps the sign of an integer. Steps double as long as they succeed.
        for smallest in [2, 1] {
            let mut step = smallest;
            while let Some(smaller) = value(self).checked_sub(step)
                && self.with(at, smaller)?
            {
                step *= 2;
            }
            while step > smallest {
                step /= 2;
                if let Some(smaller) = value(self).checked_sub(step) {
                    self.with(at, smaller)?;
                }
            }
        }
        Ok(())
    }

    /// Makes equal choices smaller together, where a difference needs the same value twice.
    fn lower_together(&mut self) -> Result<()> {
        let mut at = 0;
        while let Some(choice) = self.best.choices.get(at).copied() {
            at += 1;
            let is_same = |other: &Choice| *other == choice;
            let first = self.best.choices.iter().position(is_same) == Some(at - 1);
            let count = self.best.choices.iter().filter(|other| is_same(other)).count();
            if choice.value == 0 || !first || count < 2 {
                continue;
            }
            let steps = [0, 1, 2, choice.value / 2, choice.value - 1];
            for value in steps.into_iter().filter(|value| *value < choice.value) {
                let values = self.best.choices.iter();
                let values = values.map(|it| if is_same(it) { value } else { it.value });
                if self.attempt(values.collect())? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Tries small values for large choices: where every smaller step fails, a much smaller value may
    /// still do, such as the next multiple of ten.
    fn try_small_values(&mut self) -> Result<()> {
        const SMALL: u64 = 40;
        const MOST_CHOICES: usize = 8;
        let is_large = |choice: &Choice| choice.value > SMALL;
        let large: Vec<usize> = (0..self.best.choices.len())
            .filter(|at| is_large(&self.best.choices[*at]))
            .take(MOST_CHOICES)
            .collect();
        for at in large {
            for value in 1..=SMALL {
                if self.with(at, value)? {
                    break;
                }
            }
        }
        Ok(())
    }

    fn with(&mut self, at: usize, value: u64) -> Result<bool> {
        let mut values: Vec<u64> = self.best.choices.iter().map(|choice| choice.value).collect();
        match values.get_mut(at) {
            Some(old) if *old > value => *old = value,
            _ => return Ok(false),
        }
        self.attempt(values)
    }

    /// Tries a stream; it becomes the best one if it is simpler and still differs.
    fn attempt(&mut self, values: Vec<u64>) -> Result<bool> {
        if self.executions >= MOST_EXECUTIONS {
            return Ok(false);
        }
        let drawn = (self.draw)(Source::replayed(values));
        if key(&drawn.choices) >= key(&self.best.choices) {
            return Ok(false);
        }
        if drawn.item == self.best.item {
            self.best = drawn;
            return Ok(true);
        }
        self.try_item(drawn)
    }

    /// Takes a stream that may be longer, if it still differs.
    fn take(&mut self, values: Vec<u64>) -> Result<bool> {
        let drawn = (self.draw)(Source::replayed(values));
        self.try_item(drawn)
    }

    fn try_item(&mut self, drawn: Drawn<T>) -> Result<bool> {
        if !self.seen.insert(drawn.item.clone()) {
            return Ok(false);
        }
        self.executions += 1;
        let Some(length) = (self.differs)(&drawn.item)? else { return Ok(false) };
        self.best = cut_after(drawn, length, &self.draw);
        Ok(true)
    }
}

/// The order of streams: a shorter one is simpler, then one with a smaller first choice.
fn key(choices: &[Choice]) -> (usize, Vec<u64>) {
    (choices.len(), choices.iter().map(|choice| choice.value).collect())
}

/// Cuts the calls after the first `length` ones, which the difference does not need.
pub(crate) fn cut_after<T>(
    drawn: Drawn<T>,
    length: usize,
    draw: impl Fn(Source) -> Drawn<T>,
) -> Drawn<T> {
    let mut calls = drawn.spans.iter().filter(|span| span.kind == SpanKind::Call);
    let Some(end) = calls.nth(length).map(|span| span.begin) else { return drawn };
    draw(Source::replayed(drawn.choices[..end].iter().map(|choice| choice.value).collect()))
}

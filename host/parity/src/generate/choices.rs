//! [`Source`]: the stream of choices that a sequence is drawn from.
//!
//! Every choice is a number from 0 to a maximum, and a smaller number stands for a simpler value. A
//! stream that is replayed gives the same sequence; a stream with smaller numbers, or with parts
//! cut out, gives a simpler one. So shrinking the stream shrinks whatever is drawn from it.

use crate::shrink::Drawn;

/// A choice that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Choice {
    pub(crate) value: u64,
    pub(crate) max: u64,
}

/// A part of the stream that can be cut out as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) kind: SpanKind,
    pub(crate) begin: usize,
    pub(crate) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpanKind {
    /// A call, with its arguments.
    Call,
    /// A call that a precondition has left out of the sequence.
    LeftOut,
    /// An element of a list, or a character of a string.
    Element,
    /// The value of an argument that could be the result of an earlier call instead. The choice
    /// before the span decides between them: 0 stands for the value.
    Value,
}

/// Where choices come from: random ones, or those of a recorded stream.
pub(crate) struct Source {
    origin: Origin,
    choices: Vec<Choice>,
    spans: Vec<Span>,
}

enum Origin {
    Random(fastrand::Rng),
    /// Choices beyond the end of the stream are 0, the simplest.
    Replayed(Vec<u64>),
}

impl Source {
    /// A source of random choices, the same ones for the same seed.
    pub(crate) fn random(seed: u64) -> Self {
        Source::new(Origin::Random(fastrand::Rng::with_seed(seed)))
    }

    pub(crate) fn replayed(values: Vec<u64>) -> Self {
        Source::new(Origin::Replayed(values))
    }

    fn new(origin: Origin) -> Self {
        Source { origin, choices: Vec::new(), spans: Vec::new() }
    }

    /// A choice from 0 to `max`, both included; `pick` makes it where the source is random.
    pub(crate) fn draw(&mut self, max: u64, pick: impl FnOnce(&mut fastrand::Rng) -> u64) -> u64 {
        let at = self.choices.len();
        let value = match &mut self.origin {
            Origin::Random(rng) => pick(rng),
            Origin::Replayed(values) => values.get(at).copied().unwrap_or(0),
        };
        let value = value.min(max);
        self.choices.push(Choice { value, max });
        value
    }

    /// What `pick` makes where the source is random, to be recorded by later choices; else `None`.
    pub(crate) fn plan<T>(&mut self, pick: impl FnOnce(&mut fastrand::Rng) -> T) -> Option<T> {
        match &mut self.origin {
            Origin::Random(rng) => Some(pick(rng)),
            Origin::Replayed(_) => None,
        }
    }

    /// Draws a part that can be cut out.
    pub(crate) fn span<T>(&mut self, kind: SpanKind, draw: impl FnOnce(&mut Self) -> T) -> T {
        let number = self.spans.len();
        self.spans.push(Span { kind, begin: self.choices.len(), end: 0 });
        let drawn = draw(self);
        self.spans[number].end = self.choices.len();
        drawn
    }

    /// Marks the last call as one that is left out.
    pub(crate) fn leave_out_call(&mut self) {
        let last = self.spans.iter_mut().rev().find(|span| span.kind == SpanKind::Call);
        if let Some(span) = last {
            span.kind = SpanKind::LeftOut;
        }
    }

    /// The item that was drawn, with the choices that were made.
    pub(crate) fn into_drawn<T>(self, item: T) -> Drawn<T> {
        Drawn { item, choices: self.choices, spans: self.spans }
    }
}

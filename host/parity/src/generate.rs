//! Generation: draws sequences of calls from one recorded stream of choices.
//!
//! Uses `interface` and `program`. Nothing here runs a guest.

mod choices;
mod dictionary;
mod domain;
mod numbers;
mod sequence;
mod texts;
mod values;

pub(crate) use choices::{Choice, Source, Span, SpanKind};
pub(crate) use dictionary::Dictionary;
pub(crate) use domain::Domain;
pub(crate) use sequence::{Scope, sequence, with_values};
pub(crate) use values::{Range, Ranges, Values};

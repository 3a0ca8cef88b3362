//! The text of calls and of their results.

use std::fmt;

use crate::quote;
use crate::val::Val;

/// A call whose text is a CALL: `add(1, 2)`. [`Call::parse`](super::Call::parse) parses it.
///
/// ```
/// use polyreactor_contract::{CallText, Val};
///
/// let call = CallText { name: "f(x)", arguments: &[Val::from(0.5), Val::from("a")] };
/// assert_eq!(call.to_string(), r#""f(x)"(0.5, "a")"#);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CallText<'a> {
    /// The name of the export.
    pub name: &'a str,
    /// The arguments, in order.
    pub arguments: &'a [Val],
}

/// The results of a successful call. The text is written after the CALL.
///
/// ```
/// use polyreactor_contract::{Outcome, Val};
///
/// let point = Val::record([("x", Val::from(2))]);
/// let returned = Outcome { results: vec![Val::from(7)], changed: vec![("p".into(), point)] };
/// assert_eq!(returned.to_string(), " = 7 → p = {x: 2}");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// The results; for a pointer, the value that it points to. A function of a contract has at
    /// most one.
    pub results: Vec<Val>,
    /// The values behind pointers that the call has changed, with the names of their parameters.
    pub changed: Vec<(String, Val)>,
}

impl fmt::Display for CallText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", quote::name(self.name), Values(self.arguments))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.results[..] {
            [] => {}
            [one] => write!(f, " = {one}")?,
            several => write!(f, " = ({})", Values(several))?,
        }
        for (number, (name, value)) in self.changed.iter().enumerate() {
            write!(f, "{} {name} = {value}", if number == 0 { " →" } else { "," })?;
        }
        Ok(())
    }
}

/// Values, separated by commas.
struct Values<'a>(&'a [Val]);

impl fmt::Display for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, value) in self.0.iter().enumerate() {
            write!(f, "{}{value}", if number == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

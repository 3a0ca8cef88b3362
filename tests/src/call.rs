//! Calls of numbers as every corpus writes them, `add(2, 3)`, and with their answers:
//! `add(2, 3) = 5`.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result, ensure};

/// A call of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The export's name.
    pub export: String,
    /// Its arguments, as they are written.
    pub arguments: Vec<String>,
}

impl Call {
    /// Reads `add(2, 3)`.
    ///
    /// # Errors
    ///
    /// Where it is written otherwise.
    pub fn parse(text: &str) -> Result<Self> {
        let inside = text.strip_suffix(')').and_then(|text| text.split_once('('));
        let (export, arguments) = inside.with_context(|| format!("`{text}` is not `NAME(…)`"))?;
        ensure!(!export.is_empty(), "`{text}` names no export");
        let arguments = match arguments {
            "" => Vec::new(),
            some => some.split(", ").map(str::to_owned).collect(),
        };
        Ok(Call { export: export.to_owned(), arguments })
    }

    /// Reads `add(2, 3) = 5`: the call, and its answer as it is written.
    ///
    /// # Errors
    ///
    /// Where it is written otherwise.
    pub fn parse_answered(text: &str) -> Result<(Self, String)> {
        let (call, answer) =
            text.split_once(" = ").with_context(|| format!("no ` = ` in `{text}`"))?;
        Ok((Call::parse(call.trim())?, answer.trim().to_owned()))
    }

    /// The arguments as numbers of one type.
    ///
    /// # Errors
    ///
    /// Where one is no such number.
    pub fn numbers<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
        &self,
    ) -> Result<Vec<T>> {
        let number = |text: &String| text.parse().with_context(|| format!("`{text}` in `{self}`"));
        self.arguments.iter().map(number).collect()
    }
}

/// As it is written.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.export, self.arguments.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_as_they_are_written() {
        for text in ["f()", "add(2, -3)", "through-world(21)"] {
            assert_eq!(Call::parse(text).unwrap().to_string(), text);
        }
        let (call, answer) = Call::parse_answered(" add(2, -3) = 5").unwrap();
        assert_eq!((call.numbers::<i32>().unwrap(), &*answer), (vec![2, -3], "5"));
        assert!(Call::parse("f()").unwrap().numbers::<i32>().unwrap().is_empty());
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "inc 1", "inc(1", "inc(1) ", "(1)"] {
            assert!(Call::parse(text).is_err(), "{text}");
        }
        assert!(Call::parse_answered("inc(1)").is_err());
        assert!(Call::parse("inc(1,2)").unwrap().numbers::<i32>().is_err());
    }
}

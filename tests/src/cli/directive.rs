//! Parses one line of a case's header.

use anyhow::{Context, Result, bail, ensure};

use super::header::Exit;
use crate::child::{Input, Output};

/// A parsed line.
#[derive(Debug, PartialEq)]
pub(super) enum Directive {
    /// `RUN: …`, `RUN[name]: …`
    Run { name: Option<String>, words: Vec<String> },
    /// `EXIT: 2`, `EXIT: SIGPIPE`
    Exit(Exit),
    /// `ENV: NAME=VALUE`
    Env(String, String),
    /// `STDIN: "text\n"`, `STDIN: open`
    Stdin(Input),
    /// `STDIN: FILE`
    StdinOf(String),
    /// `STDOUT: closed`, `STDERR: full`; stream 0 is stdout, 1 is stderr
    Output(usize, Output),
    /// `STDOUT: has TEXT`
    Has(usize, String),
    /// `SIGNAL: NAME after LINE`
    Signal(String, String),
    /// `ULIMIT: -v KIB`: the arguments of the shell's `ulimit`
    Ulimit(String),
    /// `VARIES: TEXT`
    Varies(String),
}

impl Directive {
    /// Parses a line; `None` if the line is prose.
    pub(super) fn parse(line: &str) -> Result<Option<Self>> {
        let word = line.split(|c: char| !c.is_ascii_uppercase()).next().unwrap_or_default();
        let rest = &line[word.len()..];
        if word == "RUN" {
            return Self::run(rest).map(Some);
        }
        let Some(value) = rest.strip_prefix(':').filter(|_| word.len() > 1) else {
            return Ok(None);
        };
        let value = value.trim();
        Ok(Some(match word {
            "EXIT" => Directive::Exit(Exit::parse(value)?),
            "ENV" => {
                let (name, value) = value.split_once('=').context("NAME=VALUE expected")?;
                Directive::Env(name.to_owned(), value.to_owned())
            }
            "STDIN" if value.starts_with('"') => Directive::Stdin(Input::Bytes(text(value)?)),
            "STDIN" if value == "open" => Directive::Stdin(Input::Open),
            "STDIN" => Directive::StdinOf(value.to_owned()),
            "STDOUT" => Self::output(0, value)?,
            "STDERR" => Self::output(1, value)?,
            "SIGNAL" => {
                let (name, line) = value.split_once(" after ").context("NAME after LINE")?;
                Directive::Signal(name.to_owned(), line.to_owned())
            }
            "ULIMIT" => Directive::Ulimit(value.to_owned()),
            "VARIES" => Directive::Varies(value.to_owned()),
            _ => bail!("there is no directive {word}"),
        }))
    }

    /// Parses the rest of a line after `RUN`.
    fn run(rest: &str) -> Result<Self> {
        let (name, command) = rest.split_once(':').context("no `:` in it")?;
        let name = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(name) => Some(name.to_owned()),
            None if name.is_empty() => None,
            None => bail!("RUN: or RUN[name]: expected"),
        };
        Ok(Directive::Run { name, words: split(command)? })
    }

    fn output(stream: usize, value: &str) -> Result<Self> {
        Ok(match value {
            "closed" => Directive::Output(stream, Output::Closed),
            "full" => Directive::Output(stream, Output::Full),
            _ => {
                let text = value.strip_prefix("has ").context("closed, full or `has TEXT`")?;
                Directive::Has(stream, text.to_owned())
            }
        })
    }
}

/// Parses one or more quoted strings, written as in a `.wat`: `"\ff\u{1b}\n"`.
fn text(quoted: &str) -> Result<Vec<u8>> {
    // `wat` does not validate the bytes of a binary module, so it can parse strings of any bytes.
    Ok(wat::parse_str(format!("(module binary {quoted})"))?)
}

/// Splits a command into words as a shell does: at spaces, except within `'…'` and `"…"`.
fn split(command: &str) -> Result<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in command.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    ensure!(quote.is_none(), "a quote is not closed in {command}");
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directive(line: &str) -> Directive {
        Directive::parse(line).unwrap().expect("a directive")
    }

    fn fault(line: &str) -> String {
        format!("{:#}", Directive::parse(line).unwrap_err())
    }

    #[test]
    fn commands_are_split_as_in_a_shell() {
        let words = split(r#" run %  'a "b" c' "" x'y z' "#).unwrap();
        assert_eq!(words, ["run", "%", r#"a "b" c"#, "", "xy z"]);
        assert!(split("'a").is_err());
    }

    #[test]
    fn prose_is_no_directive() {
        for line in ["", "A guest: it prints", "Why: because", "EXIT is the status", "why"] {
            assert_eq!(Directive::parse(line).unwrap(), None, "{line}");
        }
    }

    #[test]
    fn a_standard_input_is_written_as_strings_in_wat() {
        let bytes = |line| match directive(line) {
            Directive::Stdin(Input::Bytes(bytes)) => bytes,
            other => panic!("{other:?}"),
        };
        assert_eq!(bytes(r#"STDIN: "a\"\ff\u{e9}\r\n""#), b"a\"\xff\xc3\xa9\r\n");
        assert_eq!(bytes(r#"STDIN: "a" "b""#), b"ab");
        assert_eq!(bytes(r#"STDIN: """#), b"");
        assert_eq!(directive("STDIN: open"), Directive::Stdin(Input::Open));
        assert_eq!(directive("STDIN: %"), Directive::StdinOf("%".to_owned()));
        assert!(Directive::parse(r#"STDIN: "a"#).is_err());
    }

    #[test]
    fn a_wrong_directive_is_an_error() {
        assert!(fault("RUN b: a").contains("expected"));
        assert!(fault("RUN").contains("no `:`"));
        assert!(fault("EXIT: two").contains("status"));
        assert!(fault("ENV: A").contains("NAME=VALUE"));
        assert!(fault("STDOUT: shut").contains("closed"));
        assert!(fault("SIGNAL: INT").contains("after"));
        assert!(fault("STDUOT: closed").contains("no directive STDUOT"));
    }
}

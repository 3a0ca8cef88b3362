//! A case's file in; the commands that its first lines name, out.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// What a case asks for.
pub(super) struct Header {
    pub(super) runs: Vec<Run>,
}

/// One command.
#[derive(Debug, PartialEq)]
pub(super) struct Run {
    pub(super) name: Option<String>,
    pub(super) words: Vec<String>,
    /// The status that it has to end with.
    pub(super) exit: i32,
    /// As the case has it, for messages.
    pub(super) line: String,
}

impl Header {
    pub(super) fn read(case: &Path) -> Result<Self> {
        let bytes = std::fs::read(case)?;
        Self::parse(&String::from_utf8_lossy(&bytes)).with_context(|| case.display().to_string())
    }

    fn parse(text: &str) -> Result<Self> {
        let comments = text.lines().map_while(|line| {
            line.strip_prefix(";;").or_else(|| line.strip_prefix('#')).map(str::trim)
        });
        let mut runs: Vec<Run> = Vec::new();
        for line in comments {
            if let Some(exit) = line.strip_prefix("EXIT:") {
                let run = runs.last_mut().context("EXIT stands before any RUN")?;
                run.exit = exit.trim().parse().context(line.to_owned())?;
            } else if line.starts_with("RUN") {
                runs.push(Run::parse(line)?);
            }
        }
        ensure!(!runs.is_empty(), "no line `;; RUN: …` at its top");
        let is_repeated = |(at, run): (usize, &Run)| runs[..at].iter().any(|r| r.name == run.name);
        ensure!(!runs.iter().enumerate().any(is_repeated), "two RUNs of the same name");
        Ok(Header { runs })
    }
}

impl Run {
    fn parse(line: &str) -> Result<Self> {
        let (head, command) = line.split_once(':').with_context(|| format!("no `:` in {line}"))?;
        let name = match head.strip_prefix("RUN").expect("the caller looked") {
            "" => None,
            name => match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
                Some(name) => Some(name.to_owned()),
                None => bail!("RUN: or RUN[name]: expected, not {head}"),
            },
        };
        Ok(Run { name, words: split(command)?, exit: 0, line: line.to_owned() })
    }
}

/// Words as a shell takes them apart: at spaces, but for those within `'…'` and `"…"`.
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
    ensure!(quote.is_none(), "a quote stays open in {command}");
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_in_a_shell() {
        let words = split(r#" run %  'a "b" c' "" x'y z' "#).unwrap();
        assert_eq!(words, ["run", "%", r#"a "b" c"#, "", "xy z"]);
        assert!(split("'a").is_err());
    }

    #[test]
    fn commands_stand_in_the_first_comments() {
        let text = ";; RUN: a %\n;; why\n;; EXIT: 2\n;; RUN[b]: c\n(module)\n;; RUN[d]: e\n";
        let runs = Header::parse(text).unwrap().runs;
        assert_eq!(runs.len(), 2);
        assert_eq!((runs[0].name.as_deref(), runs[0].exit), (None, 2));
        assert_eq!((runs[1].name.as_deref(), runs[1].exit), (Some("b"), 0));
        assert_eq!(runs[1].words, ["c"]);
    }

    #[test]
    fn a_wrong_header_is_told() {
        let fault = |text| Header::parse(text).err().expect("an error").to_string();
        assert!(fault("(module)").contains("no line"));
        assert!(fault(";; EXIT: 1\n").contains("before any RUN"));
        assert!(fault(";; RUN: a\n;; RUN: b\n").contains("same name"));
        assert!(fault(";; RUN b: a\n").contains("expected"));
        assert!(fault(";; RUN\n").contains("no `:`"));
    }
}

//! `[[allow]]`: differences that are known and allowed, each with its reason.

use polyreactor_contract::quote;
use semver::VersionReq;

use super::calls::KINDS;
use super::reader::{Reader, Text, Value};
use super::{property, settings};

/// An allowed difference. It allows a difference that all of its conditions fit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Allow {
    /// The name of the case or the property; `None` for all.
    pub case: Option<String>,
    /// The index of the export in the interface; `None` for all.
    pub export: Option<usize>,
    /// The languages whose implementations may differ; empty for all.
    pub languages: Vec<String>,
    /// The versions of the compiler; `None` for all.
    pub toolchain: Option<VersionReq>,
    /// The part of the behaviour that may differ; `None` for all.
    pub what: Option<What>,
    /// How the call ends in the other implementations; [`End::Any`] by default.
    pub from: End,
    /// How the call may end in these implementations instead; [`End::Any`] by default.
    pub to: End,
    /// The reason.
    pub reason: String,
    /// A page that says more.
    pub link: Option<String>,
}

/// A part of what a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum What {
    /// `result`: what the call returns.
    Result,
    /// `end`: whether the call returns, or how it fails.
    End,
    /// `message`: the message of the failure.
    Message,
    /// `stdout`: what the call writes to the standard output.
    Stdout,
    /// `stderr`: what the call writes to the standard error.
    Stderr,
    /// `host calls`: the host functions that it calls, with their arguments.
    HostCalls,
    /// `files`: what it changes in the folder `/data`.
    Files,
    /// `changed`: what it changes behind pointers.
    Changed,
}

/// How a call ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum End {
    /// `*`: in any way.
    #[default]
    Any,
    /// `returns`: the call returns.
    Returns,
    /// The call fails; the word of an `ErrorKind`, such as `trap`.
    Kind(&'static str),
}

const KEYS: [&str; 10] = [
    "case",
    "export",
    "language",
    "languages",
    "toolchain",
    "what",
    "from",
    "to",
    "reason",
    "link",
];

const WHAT: [(&str, What); 8] = [
    ("result", What::Result),
    ("end", What::End),
    ("message", What::Message),
    ("stdout", What::Stdout),
    ("stderr", What::Stderr),
    ("host calls", What::HostCalls),
    ("files", What::Files),
    ("changed", What::Changed),
];

impl What {
    /// The word in the file.
    pub fn as_str(self) -> &'static str {
        WHAT.iter().find(|(_, what)| *what == self).map_or("", |(word, _)| word)
    }
}

/// Reads all allowances. `names` are those of the cases and the properties.
pub(super) fn read(reader: &mut Reader<'_>, value: &Value<'_>, names: &[String]) -> Vec<Allow> {
    let form = "write `[[allow]]`, and below it `case = \"NAME\"` and `reason = \"…\"`";
    let values = reader.list(value, "a list of tables", form);
    values.iter().map(|value| one(reader, value, names, form)).collect()
}

fn one(reader: &mut Reader<'_>, value: &Value<'_>, names: &[String], form: &str) -> Allow {
    let mut allow = Allow {
        case: None,
        export: None,
        languages: Vec::new(),
        toolchain: None,
        what: None,
        from: End::Any,
        to: End::Any,
        reason: String::new(),
        link: None,
    };
    let (mut has_reason, mut is_limited) = (false, false);
    for (key, value) in reader.table(value, form) {
        let name: &str = key.get_ref();
        is_limited |= KEYS[..8].contains(&name);
        match name {
            "case" => {
                let text = reader.text(value, "write `case = \"NAME\"`");
                allow.case = text.and_then(|text| case(reader, &text, names));
            }
            "export" => {
                let text = reader.text(value, "write `export = \"div\"`");
                allow.export = text.and_then(|text| property::export(reader, &text));
            }
            "language" => {
                let text = reader.text(value, "write `language = \"go\"`");
                let word = text.and_then(|it| reader.word(&it, &settings::LANGUAGES, "language"));
                allow.languages.extend(word.map(str::to_owned));
            }
            "languages" => {
                allow.languages.extend(settings::languages(reader, value).unwrap_or_default());
            }
            "toolchain" => allow.toolchain = toolchain(reader, value),
            "what" => allow.what = what(reader, value),
            "from" => allow.from = end(reader, value).unwrap_or_default(),
            "to" => allow.to = end(reader, value).unwrap_or_default(),
            "reason" => {
                has_reason = true;
                let text = reader.text(value, REASON);
                if let Some(text) = text.filter(|text| text.text.trim().is_empty()) {
                    reader.fault(text.place, "the reason is blank", REASON);
                }
                allow.reason = value.get_ref().as_str().unwrap_or_default().to_owned();
            }
            "link" => allow.link = link(reader, value),
            _ => reader.unknown(key, &KEYS),
        }
    }
    if value.get_ref().is_table() {
        if !has_reason {
            reader.fault(value.span(), "this allowance has no reason", REASON);
        }
        let has_ends = allow.from != End::Any || allow.to != End::Any;
        if has_ends && allow.languages.is_empty() && allow.toolchain.is_none() {
            let cause = "`from` and `to` tell languages from the others, and no language is named";
            reader.fault(
                value.span(),
                cause,
                "name the `language` whose calls may end as `to` says",
            );
        }
        if !is_limited {
            let cause = "this allows every difference of every call";
            reader.fault(value.span(), cause, "name a `case`, an `export` or a `language`");
        }
    }
    allow
}

const REASON: &str = "write `reason = \"Go has no tail calls\"`";

fn case(reader: &mut Reader<'_>, text: &Text<'_>, names: &[String]) -> Option<String> {
    if names.iter().any(|name| name == text.text) {
        return Some(text.text.to_owned());
    }
    let known = || names.iter().map(String::as_str);
    let near = polyreactor_contract::nearest_names(text.text, known(), 1);
    let remedy = super::fault::near_or(near.first().copied(), "the cases are: ", known());
    let cause = format!("there is no case or property `{}`", quote::excerpt(text.text));
    reader.fault(text.place.clone(), cause, &remedy);
    None
}

fn toolchain(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<VersionReq> {
    const FORM: &str = "write `toolchain = \">=1.24, <1.26\"`";
    let text = reader.text(value, FORM)?;
    match VersionReq::parse(text.text) {
        Ok(versions) => Some(versions),
        Err(error) => {
            let excerpt = quote::excerpt(text.text);
            let cause = format!("`{excerpt}` is no range of versions: {error}");
            reader.fault(text.place, cause, FORM);
            None
        }
    }
}

fn what(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<What> {
    let text = reader.text(value, "write `what = \"message\"`")?;
    let word = reader.word(&text, &WHAT.map(|(word, _)| word), "part of what a call does")?;
    WHAT.iter().find(|(known, _)| *known == word).map(|(_, what)| *what)
}

fn end(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<End> {
    let text = reader.text(value, "write `from = \"trap\"` and `to = \"*\"`")?;
    let known: Vec<_> = ["*", "returns"].into_iter().chain(KINDS).collect();
    Some(match reader.word(&text, &known, "way in which a call ends")? {
        "*" => End::Any,
        "returns" => End::Returns,
        kind => End::Kind(kind),
    })
}

fn link(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<String> {
    const FORM: &str = "write `link = \"https://…\"`";
    let text = reader.text(value, FORM)?;
    let is_link = text.text.starts_with("https://") || text.text.starts_with("http://");
    if !is_link || text.text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        let cause = format!("`{}` is no link", quote::excerpt(text.text));
        reader.fault(text.place, cause, FORM);
        return None;
    }
    Some(text.text.to_owned())
}

//! Measures whether a guest's `main` runs (B015): in a bare engine and in our host.

use std::fmt::Write;

use anyhow::Result;
use polyreactor_host::{Engine, Reactor};
use polyreactor_tests::faults::{LANGUAGES, engine};
use polyreactor_tests::guest;
use wasmtime_wasi::WasiCtxBuilder;

use super::alone::first_line;
use super::bare::{Bare, Outcome};
use super::hosted::{config, words};

const INTRO: &str = "
## B015: a `main`

`tests/host/mains` has a `main` that sets a value to 20; an environment variable makes it fail with
an error, or return the status 3.

| language | by itself | through our host |
|---|---|---|
";

/// The cell for Rust, whose plugins are libraries.
const NO_MAIN: &str = "a library has no `main`";

const NEVER_RUNS: &str = "never runs";

/// The section of the page.
pub(crate) fn section() -> Result<String> {
    let engine = engine()?;
    let mut section = INTRO.to_owned();
    for (language, title) in LANGUAGES.into_iter().zip(["Rust", "Go", "Zig"]) {
        let (alone, hosted) = (alone(language)?, hosted(&engine, language)?);
        writeln!(section, "| {title} | {alone} | {hosted} |")?;
    }
    Ok(section)
}

fn alone(language: &str) -> Result<String> {
    let Some(bare) = Bare::load_main(language)? else { return Ok(NO_MAIN.to_owned()) };
    let begins = |variable: &str| -> Result<(String, Outcome)> {
        let mut guest = bare.begin_with(WasiCtxBuilder::new().env("MAIN", variable))?;
        let words = match guest.call("_initialize", &[]) {
            Outcome::ReturnedNothing => "counts as initialised".to_owned(),
            outcome => outcome.words(),
        };
        Ok((first_line(&guest.stderr()) + &words, guest.call("get", &[])))
    };
    let (_, value) = begins("")?;
    if value == Outcome::Returned(0) {
        return Ok(NEVER_RUNS.to_owned());
    }
    let (error, status) = (begins("error")?.0, begins("status")?.0);
    Ok(format!("{}; with an error, {error}; with a status, {status}", value.words()))
}

fn hosted(engine: &Engine, language: &str) -> Result<String> {
    let Ok(file) = guest(&format!("{language}/mains")) else { return Ok(NO_MAIN.to_owned()) };
    let reactor = Reactor::from_file(engine, file)?;
    let value = words(&reactor.instantiate(&config())?.call_dynamic("get", &[]));
    if value == Outcome::Returned(0).words() {
        return Ok(format!("{NEVER_RUNS}; `build-guests` notes that"));
    }
    let begins = |variable: &str| match reactor.instantiate(&config().env("MAIN", variable)) {
        Ok(_) => "counts as initialised".to_owned(),
        Err(error) => {
            let text = error.to_string();
            format!("is not instantiated (“{}”)", text.lines().next().unwrap_or_default())
        }
    };
    let (error, status) = (begins("error"), begins("status"));
    Ok(format!("{value}; with an error, {error}; with a status, {status}"))
}

//! What becomes of a guest's `main` (B015): by itself, and through our host.

use std::fmt::Write;

use anyhow::Result;
use polyreactor_host::{Engine, Reactor};
use polyreactor_tests::faults::{LANGUAGES, engine};
use polyreactor_tests::guest;
use wasmtime_wasi::WasiCtxBuilder;

use super::alone::said;
use super::bare::{Bare, Came};
use super::hosted::{config, words};

const INTRO: &str = "
## B015: a `main`

`tests/host/mains` has a `main` that sets a value, fails where its environment says so, and returns
the status 3 where that says so.

| language | by itself | through our host |
|---|---|---|
";

/// Rust builds a library.
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
    let begins = |variable: &str| -> Result<(String, Came)> {
        let mut guest = bare.begin_with(WasiCtxBuilder::new().env("MAIN", variable))?;
        let words = match guest.call("_initialize", &[]) {
            Came::Nothing => "counts as started".to_owned(),
            came => came.words(),
        };
        Ok((said(&guest.stderr()) + &words, guest.call("get", &[])))
    };
    let (_, value) = begins("")?;
    if value == Came::Answer(0) {
        return Ok(NEVER_RUNS.to_owned());
    }
    let (error, status) = (begins("error")?.0, begins("status")?.0);
    Ok(format!("{}; one that fails {error}; one with a status {status}", value.words()))
}

fn hosted(engine: &Engine, language: &str) -> Result<String> {
    let Ok(file) = guest(&format!("{language}/mains")) else { return Ok(NO_MAIN.to_owned()) };
    let reactor = Reactor::from_file(engine, file)?;
    let value = words(&reactor.instantiate(&config())?.call_dynamic("get", &[]));
    if value == Came::Answer(0).words() {
        return Ok(format!("{NEVER_RUNS}; `build-guests` says so"));
    }
    let begins = |variable: &str| match reactor.instantiate(&config().env("MAIN", variable)) {
        Ok(_) => "counts as started".to_owned(),
        Err(error) => {
            let text = error.to_string();
            format!("does not start (“{}”)", text.lines().next().unwrap_or_default())
        }
    };
    let (error, status) = (begins("error"), begins("status"));
    Ok(format!("{value}; one that fails {error}; one with a status {status}"))
}

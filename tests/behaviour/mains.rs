//! What becomes of a guest's `main` (B014): by itself, and through our host.

use anyhow::Result;
use polyreactor_host::{Engine, Reactor};
use polyreactor_tests::guest;

use crate::alone::said;
use crate::bare::{Bare, Came};
use crate::hosted::{config, words};

/// Rust builds a library, which has none.
const NO_MAIN: &str = "a library has no `main`";

const NEVER_RUNS: &str = "never runs";

pub(crate) fn alone(language: &str) -> Result<String> {
    let Some(bare) = Bare::load_main(language)? else { return Ok(NO_MAIN.to_owned()) };
    let ends = |environment: &[(&str, &str)]| -> Result<(String, Came)> {
        let mut guest = bare.begin_with(environment)?;
        let words = match guest.call("_initialize", &[]) {
            Came::Nothing => "counts as started".to_owned(),
            came => came.words(),
        };
        Ok((said(&guest.stderr()) + &words, guest.call("get", &[])))
    };
    let (_, value) = ends(&[])?;
    if value == Came::Answer(0) {
        return Ok(NEVER_RUNS.to_owned());
    }
    let (error, status) = (ends(&[("MAIN", "error")])?.0, ends(&[("MAIN", "status")])?.0);
    Ok(format!("{}; one that fails {error}; one with a status {status}", value.words()))
}

pub(crate) fn hosted(engine: &Engine, language: &str) -> Result<String> {
    let Ok(file) = guest(&format!("{language}/mains")) else { return Ok(NO_MAIN.to_owned()) };
    let reactor = Reactor::from_file(engine, file)?;
    let value = words(&reactor.instantiate(&config())?.call("get", &[]));
    if value == Came::Answer(0).words() {
        return Ok(format!("{NEVER_RUNS}; `build-guests` says so"));
    }
    let ends = |how: &str| match reactor.instantiate(&config().env("MAIN", how)) {
        Ok(_) => "counts as started".to_owned(),
        Err(error) => words(&Err(error)),
    };
    let (error, status) = (ends("error"), ends("status"));
    Ok(format!("{value}; one that fails {error}; one with a status {status}"))
}

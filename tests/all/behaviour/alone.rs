//! Measures the cells "by itself" of one language: the unpatched guest in a bare engine.

use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::Cells;
use super::bare::{Bare, Outcome};

/// An hour, in milliseconds.
const LONG: &[i32] = &[3_600_000];

/// The cell of a language without goroutines.
pub(crate) const NO_GOROUTINES: &str = "no goroutines";

pub(crate) fn cells(language: &str) -> Result<Cells> {
    let bare = Bare::load(language)?;
    Ok([
        begins(&bare)?,
        uninitialised(&bare)?,
        initialised_twice(&bare, language)?,
        panics(&bare)?,
        goes_on_after(&bare, "exits", &[3])?,
        goes_on_after(&bare, "traps", &[])?,
        waits(&bare)?,
        goroutine(&bare)?,
        bare.start()?.call("nests", &[20]).words(),
        lends(&bare)?,
        fingerprints(&bare)?,
        prints(&bare)?,
        refused_memory(&bare)?,
    ])
}

fn begins(bare: &Bare) -> Result<String> {
    let mut guest = bare.start()?;
    let began = [guest.call("began", &[]), guest.call("began", &[])];
    let has = if bare.has("_initialize") { "has an `_initialize`" } else { "has no `_initialize`" };
    let words = match began {
        [Outcome::Returned(1), Outcome::Returned(1)] => "initialises once".to_owned(),
        [Outcome::Returned(1), Outcome::Returned(2)] => "initialises again at each call".to_owned(),
        [first, second] => format!("{}, then {}", first.words(), second.words()),
    };
    Ok(format!("{has}; {words}"))
}

fn uninitialised(bare: &Bare) -> Result<String> {
    if !bare.has("_initialize") {
        return Ok("has no `_initialize`".to_owned());
    }
    let mut guest = bare.begin()?;
    let outcome = guest.call("began", &[]);
    let words = match outcome {
        Outcome::Returned(0) => "returns, with nothing initialised".to_owned(),
        outcome => outcome.words(),
    };
    Ok(first_line(&guest.stderr()) + &words)
}

fn initialised_twice(bare: &Bare, language: &str) -> Result<String> {
    if bare.has("_initialize") {
        return once_more(bare);
    }
    let patched = once_more(&Bare::load_patched(language)?)?;
    Ok(format!("has no `_initialize`; after `patch`: {patched}"))
}

fn once_more(bare: &Bare) -> Result<String> {
    let mut guest = bare.start()?;
    let words = match guest.call("_initialize", &[]) {
        Outcome::ReturnedNothing => match guest.call("began", &[]) {
            Outcome::Returned(2) => "initialises a second time".to_owned(),
            Outcome::Returned(1) => "does nothing".to_owned(),
            outcome => outcome.words(),
        },
        outcome => outcome.words(),
    };
    Ok(first_line(&guest.stderr()) + &words)
}

fn panics(bare: &Bare) -> Result<String> {
    let mut guest = bare.start()?;
    let outcome = guest.call("panics", &[7]);
    let words = match guest.stderr().contains("no way 7") {
        true => "prints the message on stderr, ",
        false => "prints nothing, ",
    };
    Ok(words.to_owned() + &outcome.words())
}

/// The outcomes of a call that fails and of the next call.
fn goes_on_after(bare: &Bare, export: &str, values: &[i32]) -> Result<String> {
    let mut guest = bare.start()?;
    let failed = guest.call(export, values);
    let next = guest.call("alive", &[]);
    Ok(format!("{}, then {}", failed.words(), next.words()))
}

fn waits(bare: &Bare) -> Result<String> {
    let spins = bare.start()?.call_bounded("spins", &[], Duration::from_millis(50));
    // Two seconds: long enough for the guest to have begun to sleep, on a busy machine too.
    let sleeps = bare.start()?.call_bounded("sleeps", LONG, Duration::from_secs(2));
    let mut words = format!("a loop {}; a sleep {}", spins.words(), sleeps.words());
    if bare.has("deadlocks") {
        let mut guest = bare.start()?;
        let outcome = guest.call("deadlocks", &[]);
        words += &format!("; a wait {}{}", first_line(&guest.stderr()), outcome.words());
    } else {
        words += &format!("; {NO_GOROUTINES} to wait for");
    }
    Ok(words)
}

fn goroutine(bare: &Bare) -> Result<String> {
    if !bare.has("counts") {
        return Ok(NO_GOROUTINES.to_owned());
    }
    let mut guest = bare.start()?;
    guest.call("counts", &[]);
    let mut counts = Vec::new();
    for export in ["counted_so_far", "counted", "counted", "counted_so_far"] {
        // If the goroutine ran between calls, it would count during this time.
        thread::sleep(Duration::from_millis(20));
        let Outcome::Returned(count) = guest.call(export, &[]) else {
            return Ok(format!("`{export}` does not return"));
        };
        counts.push(count);
    }
    Ok(stands_still(&counts))
}

/// Describes when a goroutine runs, by its counts after four calls: the first and the last let it
/// run, the second and the third do not.
pub(crate) fn stands_still(counts: &[i64]) -> String {
    match counts {
        [ran, first, second, again] => {
            let between = if first == second { "stands still" } else { "goes on" };
            let inside = if again > second && *ran > 0 { "runs" } else { "stands still" };
            format!("{between} between calls, {inside} in one that waits")
        }
        _ => "is not measured".to_owned(),
    }
}

fn lends(bare: &Bare) -> Result<String> {
    let mut guest = bare.start()?;
    let (mut lent, mut at_once) = (Vec::new(), Vec::new());
    for _ in 0..LENT {
        let Outcome::Returned(place) = guest.call("lends", &[]) else {
            return Ok("does not return".to_owned());
        };
        let place = ((place >> 32) as u32 as usize, place as u32 as usize);
        at_once.push(guest.read(place.0, place.1)?);
        lent.push(place);
    }
    guest.call("churns", &[]);
    let later: Result<Vec<_>> =
        lent.into_iter().map(|(address, length)| guest.read(address, length)).collect();
    let own = format!("{} at once, {} after other calls", whole(&at_once), whole(&later?));
    Ok(format!("a buffer: {own}; a string of our package: {}", says(bare)?))
}

/// Whether strings that the guest package returns are intact when they are read at once. The
/// convention guarantees them only until the next call, so they are not read later.
fn says(bare: &Bare) -> Result<String> {
    let mut guest = bare.start()?;
    let mut is_whole = true;
    for number in 0..LENT as i32 {
        let Outcome::Returned(place) = guest.call("says", &[number]) else {
            return Ok("does not return".to_owned());
        };
        let (address, length) = ((place >> 32) as u32 as usize, place as u32 as usize);
        is_whole &= guest.read(address, length)? == text(number).as_bytes();
    }
    Ok(if is_whole { "intact at once" } else { "overwritten at once" }.to_owned())
}

/// The string that the export `says` returns.
pub(crate) fn text(number: i32) -> String {
    format!("text {number}")
}

/// Number of buffers to read: a single freed buffer may stay intact by chance.
pub(crate) const LENT: usize = 20;

/// Whether all buffers have the bytes that the guest wrote.
pub(crate) fn whole(buffers: &[Vec<u8>]) -> &'static str {
    let is_whole = |buffer: &Vec<u8>| buffer.iter().all(|byte| *byte == 0x5a);
    match buffers.iter().all(is_whole) && !buffers.is_empty() {
        true => "intact",
        false => "overwritten",
    }
}

fn fingerprints(bare: &Bare) -> Result<String> {
    let [first, second] = [bare.start()?, bare.start()?].map(|mut it| it.call("fingerprint", &[]));
    Ok(if first == second { "are the same" } else { "differ" }.to_owned())
}

fn prints(bare: &Bare) -> Result<String> {
    let mut guest = bare.start()?;
    guest.call("prints_a_piece", &[]);
    let arrived_so = arrived(&guest.stdout()).to_owned();
    if !bare.has("prints_plainly") {
        return Ok(arrived_so);
    }
    let mut guest = bare.start()?;
    guest.call("prints_plainly", &[]);
    Ok(format!("{}; in an `#[export]` function, {arrived_so}", arrived(&guest.stdout())))
}

/// Whether the line without its end has reached stdout.
pub(crate) fn arrived(stdout: &str) -> &'static str {
    if stdout == "x" { "is on stdout after the call" } else { "is not on stdout after the call" }
}

fn refused_memory(bare: &Bare) -> Result<String> {
    let mut guest = bare.start()?;
    let hoards = guest.call("hoards", &[]);
    let line = first_line(&guest.stderr());
    let mut words = format!("allocating without end {line}{}", hoards.words());
    words += &match bare.has("makes_do") {
        true => format!("; trying 1 GiB {}", bare.start()?.call("makes_do", &[]).words()),
        false => "; its allocator cannot report a failure".to_owned(),
    };
    Ok(words)
}

/// The first line on stderr, with `…` in place of numbers, which differ between builds.
pub(crate) fn first_line(stderr: &str) -> String {
    let first = stderr.lines().map(str::trim).find(|line| !line.is_empty());
    let Some(first) = first else { return String::new() };
    let mut plain = String::new();
    for piece in first.split_inclusive(|c: char| c.is_ascii_digit()) {
        plain += piece.trim_end_matches(|c: char| c.is_ascii_digit());
        if plain.len() < first.len() && piece.ends_with(|c: char| c.is_ascii_digit()) {
            plain += if plain.ends_with('…') { "" } else { "…" };
        }
    }
    format!("prints “{}”, ", plain.replace('|', "\\|"))
}

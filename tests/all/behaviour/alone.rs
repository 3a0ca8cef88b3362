//! The cells of one language for a guest by itself, under a bare engine.

use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::Cells;
use super::bare::{Bare, Came};

/// An hour.
const LONG: &[i32] = &[3_600_000];

/// Where there is nothing to measure.
pub(crate) const NO_GOROUTINES: &str = "it has no goroutines";

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
    let who = if bare.has("_initialize") { "has an `_initialize`" } else { "has no `_initialize`" };
    Ok(match began {
        [Came::Answer(1), Came::Answer(1)] => format!("{who}; begins once"),
        [Came::Answer(1), Came::Answer(2)] => format!("{who}; begins anew at each call"),
        [first, second] => format!("{who}; {}, then {}", first.words(), second.words()),
    })
}

fn uninitialised(bare: &Bare) -> Result<String> {
    if !bare.has("_initialize") {
        return Ok("has no `_initialize`".to_owned());
    }
    let mut guest = bare.begin()?;
    let came = guest.call("began", &[]);
    let words = match came {
        Came::Answer(0) => "answers, with nothing of it begun".to_owned(),
        came => came.words(),
    };
    Ok(said(&guest.stderr()) + &words)
}

fn initialised_twice(bare: &Bare, language: &str) -> Result<String> {
    if bare.has("_initialize") {
        return once_more(bare);
    }
    let patched = once_more(&Bare::load_patched(language)?)?;
    Ok(format!("has no `_initialize`; once it is patched, {patched}"))
}

fn once_more(bare: &Bare) -> Result<String> {
    let mut guest = bare.start()?;
    let words = match guest.call("_initialize", &[]) {
        Came::Nothing => match guest.call("began", &[]) {
            Came::Answer(2) => "begins a second time".to_owned(),
            Came::Answer(1) => "does nothing".to_owned(),
            came => came.words(),
        },
        came => came.words(),
    };
    Ok(said(&guest.stderr()) + &words)
}

fn panics(bare: &Bare) -> Result<String> {
    let mut guest = bare.start()?;
    let came = guest.call("panics", &[7]);
    let words = match guest.stderr().contains("no way 7") {
        true => "says why on stderr, ",
        false => "says nothing, ",
    };
    Ok(words.to_owned() + &came.words())
}

/// How a call fails, and what the next one answers.
fn goes_on_after(bare: &Bare, export: &str, values: &[i32]) -> Result<String> {
    let mut guest = bare.start()?;
    let failed = guest.call(export, values);
    let next = guest.call("alive", &[]);
    Ok(format!("{}, then {}", failed.words(), next.words()))
}

fn waits(bare: &Bare) -> Result<String> {
    let spins = bare.start()?.call_bounded("spins", &[], Duration::from_millis(50));
    // By then it sleeps, on a busy machine too.
    let sleeps = bare.start()?.call_bounded("sleeps", LONG, Duration::from_secs(2));
    let mut words = format!("a loop {}; a sleep {}", spins.words(), sleeps.words());
    if bare.has("deadlocks") {
        let mut guest = bare.start()?;
        let came = guest.call("deadlocks", &[]);
        words += &format!("; a wait {}{}", said(&guest.stderr()), came.words());
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
    let mut answers = Vec::new();
    for export in ["counted_so_far", "counted", "counted", "counted_so_far"] {
        // Time in which it could run, if it did.
        thread::sleep(Duration::from_millis(20));
        let Came::Answer(answer) = guest.call(export, &[]) else {
            return Ok(format!("`{export}` does not answer"));
        };
        answers.push(answer);
    }
    Ok(stands_still(&answers))
}

/// What a goroutine had counted: in a call that lets it run, in two that do not, in one that does.
pub(crate) fn stands_still(answers: &[i64]) -> String {
    match answers {
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
        let Came::Answer(place) = guest.call("lends", &[]) else {
            return Ok("does not answer".to_owned());
        };
        let place = ((place >> 32) as u32 as usize, place as u32 as usize);
        at_once.push(guest.read(place.0, place.1)?);
        lent.push(place);
    }
    guest.call("churns", &[]);
    let later: Result<Vec<_>> =
        lent.into_iter().map(|(address, length)| guest.read(address, length)).collect();
    let own = format!("{} at once, {} after other calls", whole(&at_once), whole(&later?));
    Ok(format!("its own: {own}; a string by our package: {}", says(bare)?))
}

/// What there is of strings that are answered as the convention says. They are there until the
/// next call, and by chance for longer.
fn says(bare: &Bare) -> Result<String> {
    let mut guest = bare.start()?;
    let mut is_whole = true;
    for number in 0..LENT as i32 {
        let Came::Answer(place) = guest.call("says", &[number]) else {
            return Ok("does not answer".to_owned());
        };
        let (address, length) = ((place >> 32) as u32 as usize, place as u32 as usize);
        is_whole &= guest.read(address, length)? == text(number).as_bytes();
    }
    Ok(if is_whole { "whole at once" } else { "overwritten at once" }.to_owned())
}

/// What `says` answers.
pub(crate) fn text(number: i32) -> String {
    format!("text {number}")
}

/// As many buffers show what becomes of one: by chance one may stay.
pub(crate) const LENT: usize = 20;

/// Whether what was lent is what was written.
pub(crate) fn whole(buffers: &[Vec<u8>]) -> &'static str {
    let is_whole = |buffer: &Vec<u8>| buffer.iter().all(|byte| *byte == 0x5a);
    match buffers.iter().all(is_whole) && !buffers.is_empty() {
        true => "whole",
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
    Ok(format!("{}; where its export is `#[export]`, {arrived_so}", arrived(&guest.stdout())))
}

/// Whether the piece of a line is there.
pub(crate) fn arrived(stdout: &str) -> &'static str {
    if stdout == "x" { "is on stdout after the call" } else { "is not on stdout after the call" }
}

fn refused_memory(bare: &Bare) -> Result<String> {
    let mut guest = bare.start()?;
    let hoards = guest.call("hoards", &[]);
    let mut words = format!("taking it all {}{}", said(&guest.stderr()), hoards.words());
    words += &match bare.has("makes_do") {
        true => format!("; making do {}", bare.start()?.call("makes_do", &[]).words()),
        false => "; its allocator can't make do".to_owned(),
    };
    Ok(words)
}

/// What it says first, for people: without numbers, which differ from one build to the next.
pub(crate) fn said(stderr: &str) -> String {
    let first = stderr.lines().map(str::trim).find(|line| !line.is_empty());
    let Some(first) = first else { return String::new() };
    let mut plain = String::new();
    for piece in first.split_inclusive(|c: char| c.is_ascii_digit()) {
        plain += piece.trim_end_matches(|c: char| c.is_ascii_digit());
        if plain.len() < first.len() && piece.ends_with(|c: char| c.is_ascii_digit()) {
            plain += if plain.ends_with('…') { "" } else { "…" };
        }
    }
    format!("says “{}”, ", plain.replace('|', "\\|"))
}

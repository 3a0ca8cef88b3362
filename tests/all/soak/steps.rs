//! The next step of an instance, drawn at random, with the outcome that it will have.

use std::time::Duration;

use fastrand::Rng;
use polyreactor_host::Val;

use super::predicted::{End, Predicted, Refusal};

/// What each instance's memory may grow to.
pub(crate) const MEMORY: u64 = 32 << 20;

/// An hour, in milliseconds.
const LONG: i32 = 3_600_000;

/// A call.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) export: &'static str,
    pub(crate) values: Vec<Val>,
    pub(crate) predicted: Predicted,
    /// Only where the guest would never end.
    pub(crate) deadline: Option<Duration>,
    /// As well.
    pub(crate) cancelled_after: Option<Duration>,
}

/// What has to be known of an instance to predict its calls.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) language: &'static str,
    pub(crate) stdin: Stdin,
    /// Its time is its own, and passes by being slept through.
    pub(crate) is_deterministic: bool,
    /// Go: a timer lives, so that no one is sure to be woken by no one.
    pub(crate) has_slept: bool,
}

/// What there is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stdin {
    /// So many bytes still.
    Bytes(usize),
    /// What never comes.
    Silence,
}

/// Three of four leave the instance alive.
pub(crate) fn step(known: &mut Known, random: &mut Rng) -> Step {
    if random.u8(..4) == 0 { last(known, random) } else { harmless(known, random) }
}

fn harmless(known: &mut Known, random: &mut Rng) -> Step {
    let is_go = known.language == "go";
    loop {
        return match random.u8(..14) {
            0 | 1 => answer("alive", &[], 42),
            2 => answer("began", &[], 1),
            3 => {
                let depth = random.i32(0..20);
                answer("nests", &[depth], depth)
            }
            4 => {
                let depth = random.i32(0..20);
                answer("asks", &[0, depth], depth)
            }
            5 => {
                known.has_slept = true;
                let milliseconds = random.i32(0..4);
                answer("sleeps", &[milliseconds], milliseconds)
            }
            // On a clock of its own it takes no time.
            6 if known.is_deterministic => {
                known.has_slept = true;
                answer("sleeps", &[LONG], LONG)
            }
            7 => {
                let lines = random.i32(0..2000);
                answer("prints", &[lines], lines)
            }
            8 if let Stdin::Bytes(left) = known.stdin => {
                known.stdin = Stdin::Bytes(0);
                answer("reads", &[], left as i32)
            }
            9 if !is_go => answer("makes_do", &[], 1),
            10 => answer("opens", &[random.i32(0..4)], 0),
            11 => of("fingerprint", &[], Predicted::AnyAnswer),
            12 => of("alife", &[], Predicted::Refused(Refusal::NoSuchExport)),
            13 => match random.bool() {
                true => of("_initialize", &[], Predicted::Refused(Refusal::Reserved)),
                false => of("alive", &[1], Predicted::Refused(Refusal::ArgumentMismatch)),
            },
            _ => continue,
        };
    }
}

fn last(known: &Known, random: &mut Rng) -> Step {
    let is_go = known.language == "go";
    let number = random.i32(0..1000);
    let status = random.i32(0..256);
    let panic = || End::Panic(format!("no way {number}"));
    let nowhere = "runtime error: invalid memory address or nil pointer dereference";
    let deadlock = "fatal error: all goroutines are asleep - deadlock!";
    loop {
        return match random.u8(..14) {
            0 => end("panics", &[number], panic()),
            1 if is_go => end("traps", &[], End::Panic(nowhere.to_owned())),
            1 => end("traps", &[], End::OutOfBounds),
            2 => end("exits", &[status], End::Exit(status)),
            3 | 4 => endless("spins", &[], "spins", random),
            // On a clock of its own it ends.
            5 | 6 if !known.is_deterministic => endless("sleeps", &[LONG], "sleeps", random),
            7 if known.stdin == Stdin::Silence => endless("reads", &[], "reads", random),
            8 => match random.u8(..4) {
                0 => end_inside("asks", &[1, number], panic(), "panics"),
                1 => end_inside("asks", &[2, status], End::Exit(status), "exits"),
                2 => endless("asks", &[3, 0], "spins", random),
                _ if known.is_deterministic => continue,
                _ => endless("asks", &[4, LONG], "sleeps", random),
            },
            9 if is_go => end("recurses", &[], End::StackOrMemory),
            9 => end("recurses", &[], End::StackOverflow),
            10 if is_go => end("recurses_wide", &[], End::StackOrMemory),
            10 => end("recurses_wide", &[], End::StackOverflow),
            11 => end("nests", &[i32::MAX], End::StackOverflow),
            12 => end("hoards", &[], End::OutOfMemory(MEMORY)),
            13 if !is_go => end("makes_do_and_exits", &[], End::OutOfMemory(MEMORY)),
            13 if known.has_slept => endless("deadlocks", &[], "deadlocks", random),
            13 => end("deadlocks", &[], End::Panic(deadlock.to_owned())),
            _ => continue,
        };
    }
}

/// A call that would never end: a deadline or another thread ends it.
fn endless(export: &'static str, values: &[i32], inside: &'static str, random: &mut Rng) -> Step {
    let moment = Some(Duration::from_micros(random.u64(..8_000) + 1));
    let mut step = of(export, values, Predicted::End(End::Timeout, inside));
    if random.bool() {
        step.deadline = moment;
    } else {
        step.predicted = Predicted::End(End::Cancelled, inside);
        step.cancelled_after = moment;
    }
    step
}

fn answer(export: &'static str, values: &[i32], result: i32) -> Step {
    of(export, values, Predicted::Answer(Val::S32(result)))
}

fn end(export: &'static str, values: &[i32], end: End) -> Step {
    end_inside(export, values, end, export)
}

/// The first to end is a call that a host function made.
fn end_inside(export: &'static str, values: &[i32], end: End, inside: &'static str) -> Step {
    of(export, values, Predicted::End(end, inside))
}

fn of(export: &'static str, values: &[i32], predicted: Predicted) -> Step {
    let values = values.iter().copied().map(Val::S32).collect();
    Step { export, values, predicted, deadline: None, cancelled_after: None }
}

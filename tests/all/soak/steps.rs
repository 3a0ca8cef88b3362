//! The next call of an instance, chosen at random, with its predicted outcome.

use std::time::Duration;

use fastrand::Rng;
use polyreactor_host::Val;

use super::predicted::{End, Predicted, Refusal};

/// The memory limit of each instance, in bytes.
pub(crate) const MEMORY: u64 = 32 << 20;

/// An hour, in milliseconds.
const LONG: i32 = 3_600_000;

/// A call.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) export: &'static str,
    pub(crate) values: Vec<Val>,
    pub(crate) predicted: Predicted,
    /// The deadline of a call that would never end, unless `cancelled_after` is set.
    pub(crate) deadline: Option<Duration>,
    /// The time after which another thread cancels a call that would never end.
    pub(crate) cancelled_after: Option<Duration>,
}

/// The facts about an instance from which the outcomes of its calls follow.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) language: &'static str,
    pub(crate) stdin: Stdin,
    /// Whether the clock is virtual: a sleep ends at once.
    pub(crate) is_deterministic: bool,
    /// Whether `sleeps` was called. In Go it leaves a timer active, and with an active timer Go's
    /// scheduler does not report a deadlock.
    pub(crate) has_slept: bool,
}

/// The standard input of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stdin {
    /// This many bytes are left, then the end.
    Bytes(usize),
    /// Nothing ever comes, and no end.
    Silence,
}

/// Chooses a call. Three of four calls do not poison the instance.
pub(crate) fn step(known: &mut Known, random: &mut Rng) -> Step {
    if random.u8(..4) == 0 { last(known, random) } else { harmless(known, random) }
}

fn harmless(known: &mut Known, random: &mut Rng) -> Step {
    let is_go = known.language == "go";
    loop {
        return match random.u8(..14) {
            0 | 1 => returns("alive", &[], 42),
            2 => returns("began", &[], 1),
            3 => {
                let depth = random.i32(0..20);
                returns("nests", &[depth], depth)
            }
            4 => {
                let depth = random.i32(0..20);
                returns("asks", &[0, depth], depth)
            }
            5 => {
                known.has_slept = true;
                let milliseconds = random.i32(0..4);
                returns("sleeps", &[milliseconds], milliseconds)
            }
            // With the virtual clock the sleep ends at once.
            6 if known.is_deterministic => {
                known.has_slept = true;
                returns("sleeps", &[LONG], LONG)
            }
            7 => {
                let lines = random.i32(0..2000);
                returns("prints", &[lines], lines)
            }
            8 if let Stdin::Bytes(left) = known.stdin => {
                known.stdin = Stdin::Bytes(0);
                returns("reads", &[], left as i32)
            }
            9 if !is_go => returns("makes_do", &[], 1),
            10 => returns("opens", &[random.i32(0..4)], 0),
            11 => of("fingerprint", &[], Predicted::AnyResult),
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
            // With the virtual clock the sleep would end.
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

/// A call that would never end, with a deadline or a cancellation by another thread.
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

fn returns(export: &'static str, values: &[i32], result: i32) -> Step {
    of(export, values, Predicted::Result(Val::S32(result)))
}

fn end(export: &'static str, values: &[i32], end: End) -> Step {
    end_inside(export, values, end, export)
}

/// The instance is poisoned in `inside`, an export that the host function calls re-entrantly.
fn end_inside(export: &'static str, values: &[i32], end: End, inside: &'static str) -> Step {
    of(export, values, Predicted::End(end, inside))
}

fn of(export: &'static str, values: &[i32], predicted: Predicted) -> Step {
    let values = values.iter().copied().map(Val::S32).collect();
    Step { export, values, predicted, deadline: None, cancelled_after: None }
}

//! `poll_oneoff`, what every sleep of a guest's comes to: ours, so that it can be interrupted.
//!
//! wasmtime-wasi's blocks until the time has come, whoever has cancelled the call. Files are
//! always ready and so are outputs; what there is to wait for is a clock and standard input.

use std::time::Duration;

use wasmtime::{Caller, Extern};

use crate::instance::state::State;

/// What a guest can wait for: a `subscription` of preview 1.
struct Subscription {
    userdata: [u8; 8],
    event: Event,
}

enum Event {
    /// At this time of the monotonic clock.
    Clock {
        due: u64,
    },
    Read {
        fd: u32,
    },
    Write,
}

const SUCCESS: i32 = 0;
const EFAULT: i32 = 21;
const EINVAL: i32 = 28;

const SUBSCRIPTION_SIZE: usize = 48;
const EVENT_SIZE: usize = 32;

/// Waits for the first of `count` subscriptions, and writes those that have come to `events`.
pub(crate) fn poll_oneoff(
    mut caller: Caller<'_, State>,
    subscriptions: u32,
    events: u32,
    count: u32,
    written: u32,
) -> wasmtime::Result<i32> {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else { return Ok(EFAULT) };
    let (data, state) = memory.data_and_store_mut(&mut caller);
    /// More than a guest has files, and little enough to be looked through at once.
    const MOST: u32 = 1 << 16;
    if count == 0 || count > MOST {
        return Ok(EINVAL);
    }
    // Nothing is waited for whose outcome can't be written.
    let given = slice(data, subscriptions, count, SUBSCRIPTION_SIZE);
    let (Some(given), Some(_), Some(_)) =
        (given, slice(data, events, count, EVENT_SIZE), slice(data, written, 1, 4))
    else {
        return Ok(EFAULT);
    };
    let read = given.chunks_exact(SUBSCRIPTION_SIZE).map(|one| Subscription::read(one, state));
    let Some(subscriptions) = read.collect::<Option<Vec<_>>>() else { return Ok(EINVAL) };

    let ready = wait(&subscriptions, state)?;
    let mut place = events as usize;
    for subscription in &ready {
        data[place..place + EVENT_SIZE].copy_from_slice(&subscription.outcome());
        place += EVENT_SIZE;
    }
    let written = written as usize;
    // There are no more of them than subscriptions.
    data[written..written + 4].copy_from_slice(&(ready.len() as u32).to_le_bytes());
    Ok(SUCCESS)
}

fn wait<'a>(
    subscriptions: &'a [Subscription],
    state: &State,
) -> wasmtime::Result<Vec<&'a Subscription>> {
    let reads = |subscription: &Subscription| matches!(subscription.event, Event::Read { fd: 0 });
    let wants_input = subscriptions.iter().any(reads);
    loop {
        let now = state.clock.monotonic();
        let ready = subscriptions.iter().filter(|subscription| match subscription.event {
            Event::Clock { due } => due <= now,
            Event::Read { fd: 0 } => state.stdin.is_ready(),
            Event::Read { .. } | Event::Write => true,
        });
        let ready: Vec<_> = ready.collect();
        if !ready.is_empty() {
            state.watch.check()?;
            return Ok(ready);
        }
        let left = subscriptions.iter().filter_map(|subscription| match subscription.event {
            Event::Clock { due } => Some(due.saturating_sub(now)),
            _ => None,
        });
        let left = left.min();
        if left.is_some_and(|left| state.clock.skip(left)) {
            state.watch.check()?;
            continue;
        }
        state.stdin.wait(wants_input, left.map(Duration::from_nanos))?;
    }
}

impl Subscription {
    fn read(bytes: &[u8], state: &State) -> Option<Self> {
        let u32_at = |at: usize| u32::from_le_bytes(array(&bytes[at..]));
        let event = match bytes[8] {
            0 => {
                const REALTIME: u32 = 0;
                const MONOTONIC: u32 = 1;
                let timeout = u64::from_le_bytes(array(&bytes[24..]));
                let is_absolute = bytes[40] & 1 == 1;
                let due = match u32_at(16) {
                    MONOTONIC if is_absolute => timeout,
                    REALTIME if is_absolute => {
                        let wall = u64::try_from(state.clock.wall().as_nanos()).ok()?;
                        state.clock.monotonic().saturating_add(timeout.saturating_sub(wall))
                    }
                    REALTIME | MONOTONIC => state.clock.monotonic().saturating_add(timeout),
                    _ => return None,
                };
                Event::Clock { due }
            }
            1 => Event::Read { fd: u32_at(16) },
            2 => Event::Write,
            _ => return None,
        };
        Some(Subscription { userdata: array(bytes), event })
    }

    /// The `event` that says that it has come.
    fn outcome(&self) -> [u8; EVENT_SIZE] {
        let mut outcome = [0; EVENT_SIZE];
        outcome[..8].copy_from_slice(&self.userdata);
        let (tag, bytes_ready) = match self.event {
            Event::Clock { .. } => (0, 0),
            Event::Read { .. } => (1, 1),
            Event::Write => (2, 1),
        };
        outcome[10] = tag;
        outcome[16] = bytes_ready;
        outcome
    }
}

/// `count` things of that size at an address, where there is memory.
fn slice(data: &[u8], address: u32, count: u32, size: usize) -> Option<&[u8]> {
    let start = address as usize;
    data.get(start..start.checked_add((count as usize).checked_mul(size)?)?)
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| bytes[at])
}

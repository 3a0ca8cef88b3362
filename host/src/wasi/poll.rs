//! `poll_oneoff`, which every sleep of a guest calls, with waits that a deadline or a cancellation
//! ends.
//!
//! wasmtime-wasi's version blocks until the event arrives, even if the call is cancelled. Files and
//! output streams are always ready: only clocks and standard input are waited for.

use std::time::Duration;

use wasmtime::{Caller, Extern};

use crate::wasi::{Wasi, WasiView};

/// A `subscription` of preview 1: an event that a guest waits for.
struct Subscription {
    userdata: [u8; 8],
    event: Event,
}

enum Event {
    /// The monotonic clock reaches `due`, in nanoseconds.
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

/// Waits for the first of `count` subscriptions. Writes an event to `events` for each subscription
/// that is ready then, and their number to `written`. The parameters are addresses but for `count`.
pub(crate) fn poll_oneoff<T: WasiView>(
    mut caller: Caller<'_, T>,
    subscriptions: u32,
    events: u32,
    count: u32,
    written: u32,
) -> wasmtime::Result<i32> {
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else { return Ok(EFAULT) };
    let (data, state) = memory.data_and_store_mut(&mut caller);
    let state = state.wasi_mut();
    /// The maximum number of subscriptions: more than a guest has files, and few enough to be read
    /// without a check of the deadline.
    const MAX_COUNT: u32 = 1 << 16;
    if count == 0 || count > MAX_COUNT {
        return Ok(EINVAL);
    }
    // Before waiting: the results must fit into the guest's memory.
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
        data[place..place + EVENT_SIZE].copy_from_slice(&subscription.event());
        place += EVENT_SIZE;
    }
    let written = written as usize;
    // The cast fits: there are at most `count` ready subscriptions.
    data[written..written + 4].copy_from_slice(&(ready.len() as u32).to_le_bytes());
    Ok(SUCCESS)
}

/// Waits until a subscription is ready, and returns all that are.
fn wait<'a>(
    subscriptions: &'a [Subscription],
    state: &Wasi,
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
            state.deadline.check()?;
            return Ok(ready);
        }
        let left = subscriptions.iter().filter_map(|subscription| match subscription.event {
            Event::Clock { due } => Some(due.saturating_sub(now)),
            _ => None,
        });
        let left = left.min();
        if left.is_some_and(|left| state.clock.skip(left)) {
            state.deadline.check()?;
            continue;
        }
        state.stdin.wait(wants_input, left.map(Duration::from_nanos))?;
    }
}

impl Subscription {
    /// Reads a `subscription`; `None` if it is invalid.
    fn read(bytes: &[u8], state: &Wasi) -> Option<Self> {
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

    /// The `event` of preview 1 for this subscription once it is ready.
    fn event(&self) -> [u8; EVENT_SIZE] {
        let mut event = [0; EVENT_SIZE];
        event[..8].copy_from_slice(&self.userdata);
        let (tag, bytes_ready) = match self.event {
            Event::Clock { .. } => (0, 0),
            Event::Read { .. } => (1, 1),
            Event::Write => (2, 1),
        };
        event[10] = tag;
        event[16] = bytes_ready;
        event
    }
}

/// The bytes of `count` values of `size` bytes at an address; `None` if they are out of bounds.
fn slice(data: &[u8], address: u32, count: u32, size: usize) -> Option<&[u8]> {
    let start = address as usize;
    data.get(start..start.checked_add((count as usize).checked_mul(size)?)?)
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| bytes[at])
}

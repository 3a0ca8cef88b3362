//! Measures the cells "through our host" of one language.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use polyreactor_host::{
    CallError, Caller, Capture, InstanceConfig, Linked, Linker, OutOfBounds, Outcome, Output,
    Reactor, TrapKind, Val,
};
use polyreactor_tests::faults::{engine, host_call, inner};
use polyreactor_tests::guest;

use super::Cells;
use super::alone::{LENT, NO_GOROUTINES, arrived, stands_still, text, whole};

/// An hour, in milliseconds.
const LONG: [Val; 1] = [Val::S32(3_600_000)];

/// The bytes of buffers in the guest's memory.
type Buffers = Vec<Vec<u8>>;

/// The number that makes the host function `call` read buffers that the guest returns.
const LENDS: i32 = -1;

pub(crate) fn cells(language: &str) -> Result<Cells> {
    let read = Arc::new(Mutex::new([Vec::new(), Vec::new()]));
    let shared = read.clone();
    let call = move |caller: &mut Caller<'_>, which: i32, value: i32| -> Result<i32, CallError> {
        match which {
            LENDS => {
                *shared.lock().expect("no thread panics with the lock") = lent(caller)?;
                Ok(0)
            }
            _ => host_call(caller, which, value),
        }
    };
    let engine = engine()?;
    let mut linker = Linker::new(&engine);
    linker.func("host", "call", call)?;
    let reactor = Reactor::from_file(&engine, guest(&format!("{language}/faults"))?)?;
    let host = Hosted { linked: linker.link(&reactor)?, reactor };
    Ok([
        host.begins()?,
        host.uninitialised()?,
        host.initialised_twice()?,
        host.fails("panics", &[Val::S32(7)])?,
        host.fails("exits", &[Val::S32(3)])?,
        host.fails("traps", &[])?,
        host.waits()?,
        host.goroutine()?,
        host.words("nests", &[Val::S32(20)])?,
        host.lends(&read)?,
        host.fingerprints()?,
        host.prints()?,
        host.refused_memory()?,
    ])
}

struct Hosted {
    reactor: Reactor,
    linked: Linked,
}

impl Hosted {
    fn has(&self, export: &str) -> bool {
        self.reactor.core_type(export).is_ok()
    }

    fn begins(&self) -> Result<String> {
        let mut instance = self.linked.instantiate(&config())?;
        let began = [instance.call_dynamic("began", &[])?, instance.call_dynamic("began", &[])?];
        Ok(match began.map(|outcome| outcome.results == [Val::S32(1)]) {
            [true, true] => "initialises once, before the first call".to_owned(),
            _ => "does not initialise once".to_owned(),
        })
    }

    /// Every instance that the API returns is initialised.
    fn uninitialised(&self) -> Result<String> {
        let mut instance = self.linked.instantiate(&config())?;
        let began = instance.call_dynamic("began", &[])?.results == [Val::S32(1)];
        Ok(if began { "impossible: every instance is initialised" } else { "possible" }.to_owned())
    }

    fn initialised_twice(&self) -> Result<String> {
        self.words("_initialize", &[])
    }

    /// The outcome of one call of a new instance.
    fn words(&self, export: &str, values: &[Val]) -> Result<String> {
        let mut instance = self.linked.instantiate(&config())?;
        Ok(words(&instance.call_dynamic(export, values)))
    }

    /// The outcomes of a call that fails and of the next call.
    fn fails(&self, export: &str, values: &[Val]) -> Result<String> {
        let mut instance = self.linked.instantiate(&config())?;
        let failed = instance.call_dynamic(export, values);
        let next = instance.call_dynamic("alive", &[]);
        Ok(format!("{}, then {}", words(&failed), words(&next)))
    }

    fn waits(&self) -> Result<String> {
        let timed = |export, values: &[Val]| -> Result<String> {
            let mut instance = self.linked.instantiate(&config())?;
            instance.set_timeout(Some(Duration::from_millis(20)));
            Ok(words(&instance.call_dynamic(export, values)))
        };
        let cancelled = |export, values: &[Val]| -> Result<String> {
            let mut instance = self.linked.instantiate(&config())?;
            let cancellation = instance.cancellation();
            thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_millis(20));
                    cancellation.cancel();
                });
                Ok(words(&instance.call_dynamic(export, values)))
            })
        };
        let both = |export, values: &[Val]| -> Result<String> {
            let (timed, cancelled) = (timed(export, values)?, cancelled(export, values)?);
            Ok(format!("{timed} by a deadline and {cancelled} by a cancellation"))
        };
        let (spins, sleeps) = (both("spins", &[])?, both("sleeps", &LONG)?);
        let mut words = match spins == sleeps {
            true => format!("a loop, and a sleep, {spins}"),
            false => format!("a loop {spins}; a sleep {sleeps}"),
        };
        if self.has("deadlocks") {
            words += &format!("; a wait {}", self.words("deadlocks", &[])?);
        }
        Ok(words)
    }

    fn goroutine(&self) -> Result<String> {
        if !self.has("counts") {
            return Ok(NO_GOROUTINES.to_owned());
        }
        let mut instance = self.linked.instantiate(&config())?;
        instance.call_dynamic("counts", &[])?;
        let mut counts = Vec::new();
        for export in ["counted_so_far", "counted", "counted", "counted_so_far"] {
            thread::sleep(Duration::from_millis(20));
            if let [Val::S32(count)] = instance.call_dynamic(export, &[])?.results[..] {
                counts.push(count.into());
            }
        }
        Ok(stands_still(&counts))
    }

    fn lends(&self, read: &Mutex<[Buffers; 2]>) -> Result<String> {
        let mut instance = self.linked.instantiate(&config())?;
        instance.call_dynamic("asks", &[Val::S32(LENDS), Val::S32(0)])?;
        let [copied, later] = &*read.lock().expect("no thread panics with the lock");
        let (copied, later) = (whole(copied), whole(later));
        let own = format!("{copied} at once, {later} after other calls");
        Ok(format!("a buffer, read by address: {own}; {}", self.says()?))
    }

    /// Whether strings that the guest package returns stay intact after other calls: the host has
    /// copied them.
    fn says(&self) -> Result<String> {
        let mut instance = self.linked.instantiate(&config())?;
        let mut texts = Vec::new();
        for number in 0..LENT as i32 {
            texts.push(instance.call::<String>("says", (number,))?);
        }
        instance.call_dynamic("churns", &[])?;
        let is_whole = texts.iter().zip(0..).all(|(returned, number)| *returned == text(number));
        let words = if is_whole { "intact, because it is a copy" } else { "overwritten" };
        Ok(format!("a string: {words}"))
    }

    fn fingerprints(&self) -> Result<String> {
        let pair = |config: InstanceConfig| -> Result<&str> {
            let run = || -> Result<_> {
                Ok(self.linked.instantiate(&config)?.call_dynamic("fingerprint", &[])?)
            };
            Ok(if run()? == run()? { "are the same" } else { "differ" })
        };
        let (free, seeded) = (pair(config())?, pair(config().deterministic(1))?);
        Ok(format!("{free}; {seeded} with a seed"))
    }

    fn prints(&self) -> Result<String> {
        let capture = Capture::new(1 << 10);
        let config = config().stdout(Output::capture(&capture));
        let mut instance = self.linked.instantiate(&config)?;
        instance.call_dynamic("prints_a_piece", &[])?;
        let arrived_so = arrived(&capture.take().text()).to_owned();
        if !self.has("prints_plainly") {
            return Ok(arrived_so);
        }
        instance.call_dynamic("prints_plainly", &[])?;
        let plainly = arrived(&capture.take().text());
        Ok(format!("{plainly}; in an `#[export]` function, {arrived_so}"))
    }

    fn refused_memory(&self) -> Result<String> {
        let mut words = format!("allocating without end {}", self.words("hoards", &[])?);
        if self.has("makes_do") {
            words += &format!("; trying 1 GiB {}", self.words("makes_do", &[])?);
            let exits = self.words("makes_do_and_exits", &[])?;
            words += &format!("; trying 1 GiB, then exiting, {exits}");
        }
        Ok(words)
    }
}

/// A memory limit of 32 MiB, as in the bare engine, and no deadline, which a busy machine could
/// exceed.
pub(crate) fn config() -> InstanceConfig {
    InstanceConfig::new().no_timeout().max_memory_bytes(32 << 20)
}

/// The text of a cell for the outcome of a call.
pub(crate) fn words(outcome: &Result<Outcome, CallError>) -> String {
    let error = match outcome {
        Ok(outcome) => {
            return outcome.results.first().map_or("returns".into(), |is| format!("returns {is}"));
        }
        Err(error) => inner(error),
    };
    let variant = match error {
        CallError::Panic { message, .. } => format!("`Panic` (“{message}”)"),
        CallError::Trap(trap) => match &trap.kind {
            TrapKind::MemoryOutOfBounds => "`Trap` (memory out of bounds)".to_owned(),
            kind => format!("`Trap` ({kind})"),
        },
        CallError::Exit { status, .. } => format!("`Exit({status})`"),
        CallError::Timeout { .. } => "`Timeout`".to_owned(),
        CallError::Cancelled { .. } => "`Cancelled`".to_owned(),
        CallError::OutOfMemory { .. } => "`OutOfMemory`".to_owned(),
        CallError::StackOverflow { .. } => "`StackOverflow`".to_owned(),
        CallError::Poisoned { .. } => "`Poisoned`".to_owned(),
        CallError::Reserved { .. } => "`Reserved`".to_owned(),
        other => return other.to_string(),
    };
    format!("fails with {variant}")
}

/// The buffers that the guest returns: each copied at once, and all read again after other calls.
fn lent(caller: &mut Caller<'_>) -> Result<[Buffers; 2], CallError> {
    let outside = |error: OutOfBounds| CallError::Host { cause: error.to_string() };
    let (mut places, mut copied) = (Vec::new(), Vec::new());
    for _ in 0..LENT {
        if let [Val::S64(place)] = caller.call_dynamic("lends", &[])?.results[..] {
            let (address, length) = ((place >> 32) as u32, place as u32);
            copied.push(caller.read(address, length).map_err(outside)?.to_vec());
            places.push((address, length));
        }
    }
    caller.call_dynamic("churns", &[])?;
    let read = |(address, length)| Ok(caller.read(address, length).map_err(outside)?.to_vec());
    Ok([copied, places.into_iter().map(read).collect::<Result<_, CallError>>()?])
}

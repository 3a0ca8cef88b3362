//! The cells of one language for a guest through our host.

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

/// An hour.
const LONG: [Val; 1] = [Val::S32(3_600_000)];

/// The bytes of each.
type Buffers = Vec<Vec<u8>>;

/// The number with which a guest asks for its own buffer to be read.
const LENDS: i32 = -1;

pub(crate) fn cells(language: &str) -> Result<Cells> {
    let read = Arc::new(Mutex::new([Vec::new(), Vec::new()]));
    let shared = read.clone();
    let call = move |caller: &mut Caller<'_>, which: i32, value: i32| -> Result<i32, CallError> {
        match which {
            LENDS => {
                *shared.lock().expect("no one panics with it") = lent(caller)?;
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
        host.reserved_words()?,
        host.reserved()?,
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
            [true, true] => "begins once, before the first call".to_owned(),
            _ => "does not begin once".to_owned(),
        })
    }

    /// No instance can be had that has not begun.
    fn reserved_words(&self) -> Result<String> {
        let mut instance = self.linked.instantiate(&config())?;
        let began = instance.call_dynamic("began", &[])?.results == [Val::S32(1)];
        Ok(if began { "can't be: it has begun" } else { "is possible" }.to_owned())
    }

    fn reserved(&self) -> Result<String> {
        self.words("_initialize", &[])
    }

    /// What one call of a new instance comes to.
    fn words(&self, export: &str, values: &[Val]) -> Result<String> {
        let mut instance = self.linked.instantiate(&config())?;
        Ok(words(&instance.call_dynamic(export, values)))
    }

    /// As well, and what the next one does.
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
        let mut told = match spins == sleeps {
            true => format!("a loop, and a sleep, {spins}"),
            false => format!("a loop {spins}; a sleep {sleeps}"),
        };
        if self.has("deadlocks") {
            told += &format!("; a wait {}", self.words("deadlocks", &[])?);
        }
        Ok(told)
    }

    fn goroutine(&self) -> Result<String> {
        if !self.has("counts") {
            return Ok(NO_GOROUTINES.to_owned());
        }
        let mut instance = self.linked.instantiate(&config())?;
        instance.call_dynamic("counts", &[])?;
        let mut answers = Vec::new();
        for export in ["counted_so_far", "counted", "counted", "counted_so_far"] {
            thread::sleep(Duration::from_millis(20));
            if let [Val::S32(answer)] = instance.call_dynamic(export, &[])?.results[..] {
                answers.push(answer.into());
            }
        }
        Ok(stands_still(&answers))
    }

    fn lends(&self, read: &Mutex<[Buffers; 2]>) -> Result<String> {
        let mut instance = self.linked.instantiate(&config())?;
        instance.call_dynamic("asks", &[Val::S32(LENDS), Val::S32(0)])?;
        let [copied, later] = &*read.lock().expect("no one panics with it");
        let (copied, later) = (whole(copied), whole(later));
        let own = format!("{copied} at once, {later} after other calls");
        Ok(format!("its own, read by address: {own}; {}", self.says()?))
    }

    /// What becomes of strings that are answered as the convention says.
    fn says(&self) -> Result<String> {
        let mut instance = self.linked.instantiate(&config())?;
        let mut said = Vec::new();
        for number in 0..LENT as i32 {
            said.push(instance.call::<String>("says", (number,))?);
        }
        instance.call_dynamic("churns", &[])?;
        let is_whole = said.iter().zip(0..).all(|(said, number)| *said == text(number));
        let words = if is_whole { "whole, and a copy" } else { "overwritten" };
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
        Ok(format!("{plainly}; where its export is `#[export]`, {arrived_so}"))
    }

    fn refused_memory(&self) -> Result<String> {
        let mut told = format!("taking it all {}", self.words("hoards", &[])?);
        if self.has("makes_do") {
            told += &format!("; making do {}", self.words("makes_do", &[])?);
            told += &format!("; exiting after that {}", self.words("makes_do_and_exits", &[])?);
        }
        Ok(told)
    }
}

/// Ends by itself or never: a busy machine makes no difference.
pub(crate) fn config() -> InstanceConfig {
    InstanceConfig::new().no_timeout().max_memory_bytes(32 << 20)
}

/// What a call came to, in few words.
pub(crate) fn words(outcome: &Result<Outcome, CallError>) -> String {
    let error = match outcome {
        Ok(outcome) => {
            return outcome.results.first().map_or("answers".into(), |is| format!("answers {is}"));
        }
        Err(error) => inner(error),
    };
    match error {
        CallError::Panic { message, .. } => format!("is `Panic` (“{message}”)"),
        CallError::Trap(trap) => match &trap.kind {
            TrapKind::MemoryOutOfBounds => "is `Trap` (outside of its memory)".to_owned(),
            kind => format!("is `Trap` ({kind})"),
        },
        CallError::Exit { status, .. } => format!("is `Exit({status})`"),
        CallError::Timeout { .. } => "is `Timeout`".to_owned(),
        CallError::Cancelled => "is `Cancelled`".to_owned(),
        CallError::OutOfMemory { .. } => "is `OutOfMemory`".to_owned(),
        CallError::StackOverflow { .. } => "is `StackOverflow`".to_owned(),
        CallError::Poisoned { .. } => "is `Poisoned`".to_owned(),
        CallError::Reserved { .. } => "can't be called".to_owned(),
        other => other.to_string(),
    }
}

/// The buffers that the guest lends: each copied at once, and all read again after other calls.
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

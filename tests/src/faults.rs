//! The plugin `tests/host/faults` through our host: loading it in each language, and what the
//! host offers it.

use std::io::Read;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Result, anyhow, bail, ensure};
use polyreactor_host::{Caller, Engine, Error, Input, Instance, InstanceConfig, Reactor, Val};

use crate::guest;

/// The languages that it is written in, as the folders of guests are called.
pub const LANGUAGES: [&str; 3] = ["rust", "go", "zig"];

/// The guest in one language, compiled by whoever first needs it.
#[derive(Debug)]
pub struct Plugin {
    /// Its language.
    pub language: &'static str,
    reactor: OnceLock<Result<Reactor, String>>,
}

impl Plugin {
    /// Not compiled yet.
    pub fn new(language: &'static str) -> Self {
        Plugin { language, reactor: OnceLock::new() }
    }

    /// A new instance.
    ///
    /// # Errors
    ///
    /// Where the guest has not been built, and where it cannot be loaded or initialised.
    pub fn instance(&self, config: &InstanceConfig) -> Result<Instance> {
        let load = || load(&engine()?, self.language);
        let reactor = self.reactor.get_or_init(|| load().map_err(|error| format!("{error:#}")));
        let reactor = reactor.as_ref().map_err(|error| anyhow!("{error}"))?;
        Ok(reactor.instantiate(config)?)
    }

    /// How the call fails.
    ///
    /// # Errors
    ///
    /// Where it answers, and where another call is answered after it.
    pub fn failure(&self, config: &InstanceConfig, export: &str, values: &[Val]) -> Result<Error> {
        self.failure_within(None, config, export, values)
    }

    /// As [`Plugin::failure`], with a deadline for this call alone: others have time, however
    /// busy the machine is.
    ///
    /// # Errors
    ///
    /// As for [`Plugin::failure`].
    pub fn failure_within(
        &self,
        timeout: Option<Duration>,
        config: &InstanceConfig,
        export: &str,
        values: &[Val],
    ) -> Result<Error> {
        let mut instance = self.instance(&config.clone().no_timeout())?;
        ensure!(instance.call("alive", &[])? == [Val::S32(42)], "it is not alive at first");
        instance.set_timeout(timeout);
        let failure = match instance.call(export, values) {
            Ok(results) => bail!("it answered {results:?}"),
            Err(failure) => failure,
        };
        match instance.call("alive", &[]) {
            Err(Error::Dead { export: of, first }) => {
                let failure = inner(&failure);
                ensure!(first.to_string() == failure.to_string(), "{first}");
                ensure!(&*of == export || matches!(export, "asks" | "nests"), "{of}");
            }
            other => bail!("it went on after its end: {other:?}"),
        }
        Ok(failure)
    }
}

/// An engine that offers what the guests import.
///
/// # Errors
///
/// Where this machine cannot run compiled Wasm.
pub fn engine() -> Result<Engine> {
    Ok(Engine::builder()?.function("host", "call", host_call)?.build())
}

/// The guest in that language.
///
/// # Errors
///
/// Where it has not been built, and where it cannot be loaded.
pub fn load(engine: &Engine, language: &str) -> Result<Reactor> {
    Ok(Reactor::from_file(engine, guest(&format!("{language}/faults"))?)?)
}

/// The exports that the guest can have called by their number, and whether they take one.
pub const CALLED: [(&str, bool); 5] =
    [("nests", true), ("panics", true), ("exits", true), ("spins", false), ("sleeps", true)];

/// What the guest imports: calls an export of it by its number, and hands on how that ends.
///
/// # Errors
///
/// What the export's call comes to, where that is no answer.
pub fn host_call(caller: &mut Caller<'_>, which: i32, value: i32) -> Result<i32, Error> {
    let (export, takes_one) = CALLED[which as usize];
    let values = [Val::S32(value)];
    let results = caller.call(export, if takes_one { &values } else { &[] })?;
    Ok(match results[..] {
        [Val::S32(result)] => result,
        _ => 0,
    })
}

/// What the host function handed on.
pub fn inner(failure: &Error) -> &Error {
    match failure {
        Error::HostFunction { cause, .. } => cause.downcast_ref().unwrap_or(failure),
        other => other,
    }
}

/// An input from which nothing ever comes: one for the whole process, and so one thread.
pub fn silence() -> Input {
    struct Silence;
    impl Read for Silence {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            loop {
                std::thread::park();
            }
        }
    }
    static SILENCE: OnceLock<Input> = OnceLock::new();
    SILENCE.get_or_init(|| Input::reader(Silence)).clone()
}

//! The plugin `tests/host/faults` in our host: loads the plugin in each language, and defines the
//! host function that it imports.

use std::io::Read;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Result, anyhow, bail, ensure};
use polyreactor_host::{
    CallError, Caller, Engine, EngineConfig, Input, Instance, InstanceConfig, Linked, Linker,
    Reactor, Val,
};

use crate::guest;

/// The languages of the plugin, which are also the names of the folders in `target/guests`.
pub const LANGUAGES: [&str; 3] = ["rust", "go", "zig"];

/// The plugin in one language, compiled when the first instance is made.
#[derive(Debug)]
pub struct Plugin {
    /// One of [`LANGUAGES`].
    pub language: &'static str,
    reactor: OnceLock<Result<Linked, String>>,
}

impl Plugin {
    /// The plugin, not compiled yet.
    pub fn new(language: &'static str) -> Self {
        Plugin { language, reactor: OnceLock::new() }
    }

    /// Returns a new instance.
    ///
    /// # Errors
    ///
    /// If the guest has not been built, or cannot be loaded, linked or instantiated.
    pub fn instance(&self, config: &InstanceConfig) -> Result<Instance> {
        let load = || load(&engine()?, self.language);
        let reactor = self.reactor.get_or_init(|| load().map_err(|error| format!("{error:#}")));
        let reactor = reactor.as_ref().map_err(|error| anyhow!("{error}"))?;
        Ok(reactor.instantiate(config)?)
    }

    /// Makes a call that must fail on a new instance, and returns the error of the call.
    ///
    /// # Errors
    ///
    /// If the call succeeds, or the next call does not return `Poisoned` with that first cause.
    pub fn failure(
        &self,
        config: &InstanceConfig,
        export: &str,
        values: &[Val],
    ) -> Result<CallError> {
        self.failure_within(None, config, export, values)
    }

    /// As [`Plugin::failure`], with a deadline for this call only. The call of `alive` before it
    /// has none, so that a busy machine does not make it fail.
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
    ) -> Result<CallError> {
        let mut instance = self.instance(&config.clone().no_timeout())?;
        ensure!(
            instance.call_dynamic("alive", &[])?.results == [Val::S32(42)],
            "`alive` did not return 42 before the call"
        );
        instance.set_timeout(timeout);
        let failure = match instance.call_dynamic(export, values) {
            Ok(outcome) => bail!("`{export}` succeeded: {outcome:?}"),
            Err(failure) => failure,
        };
        match instance.call_dynamic("alive", &[]) {
            Err(CallError::Poisoned { export: of, first }) => {
                let failure = inner(&failure);
                ensure!(first.to_string() == failure.to_string(), "{first}");
                ensure!(&*of == export || matches!(export, "asks" | "nests"), "{of}");
            }
            other => bail!("the instance is not poisoned: `alive` returned {other:?}"),
        }
        Ok(failure)
    }
}

/// Returns an engine with the default configuration.
///
/// # Errors
///
/// If this machine cannot run compiled Wasm.
pub fn engine() -> Result<Engine> {
    Ok(Engine::new(&EngineConfig::new())?)
}

/// Loads the guest in that language and links it with the host function `call`.
///
/// # Errors
///
/// If the guest has not been built, or cannot be loaded or linked.
pub fn load(engine: &Engine, language: &str) -> Result<Linked> {
    let mut linker = Linker::new(engine);
    linker.func("host", "call", host_call)?;
    let reactor = Reactor::from_file(engine, guest(&format!("{language}/faults"))?)?;
    Ok(linker.link(&reactor)?)
}

/// The exports that the host function `call` calls, by number, and whether they have a parameter.
pub const CALLED: [(&str, bool); 5] =
    [("nests", true), ("panics", true), ("exits", true), ("spins", false), ("sleeps", true)];

/// The host function `call`, which the guest imports: calls an export of the guest by its number in
/// [`CALLED`], and returns the result of the export, or 0 if it has none.
///
/// # Errors
///
/// The error of the export's call.
///
/// # Panics
///
/// If `which` is not an index of [`CALLED`].
pub fn host_call(caller: &mut Caller<'_>, which: i32, value: i32) -> Result<i32, CallError> {
    let (export, takes_one) = CALLED[which as usize];
    let values = [Val::S32(value)];
    let outcome = caller.call_dynamic(export, if takes_one { &values } else { &[] })?;
    Ok(match outcome.results[..] {
        [Val::S32(result)] => result,
        _ => 0,
    })
}

/// The error that a host function has passed on, or `failure` itself.
pub fn inner(failure: &CallError) -> &CallError {
    match failure {
        CallError::HostFunction { cause, .. } => cause.downcast_ref().unwrap_or(failure),
        other => other,
    }
}

/// An input that never has data and never ends. The whole process shares one, and its one thread.
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

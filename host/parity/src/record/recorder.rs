//! [`Recorder`]: writes a recording while an instance is used.

use std::error::Error as StdError;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use polyreactor_contract::{CallText, Outcome, Signature, Val};
use polyreactor_host::{
    CallError, Caller, Instance, InstanceConfig, InstantiateError, LinkError, Linked, Linker,
    Output,
};
use sha2::{Digest, Sha256};

use super::format::{HostEvent, Step, VERSION, World};
use crate::compare::observe::{End, Failure, Observation};
use crate::run::streams::Stream;

/// Records the calls of one instance.
///
/// ```no_run
/// use std::fs::File;
///
/// use polyreactor_host::{Engine, EngineConfig, InstanceConfig, Linker, Reactor, Val};
/// use polyreactor_parity::record::Recorder;
///
/// let bytes = std::fs::read("target/guests/go/counter.wasm")?;
/// let engine = Engine::new(&EngineConfig::new())?;
/// let reactor = Reactor::from_bytes(&engine, &bytes)?;
/// let mut recorder = Recorder::new("counter", &bytes);
/// let mut linker = Linker::new(&engine);
/// // Host functions: `recorder.func(&mut linker, "host", "log", &signature, |caller, values| …)?`
/// let linked = linker.link(&reactor)?;
/// let to = File::create("counter.recording")?;
/// let mut recorded = recorder.start(&linked, InstanceConfig::new(), to)?;
/// recorded.call("inc", &[Val::from(1)])?;
/// # Ok::<(), anyhow::Error>(())
/// ```
///
/// A recorded instance has virtual clocks, which begin at the present time, and seeded randomness
/// ([`InstanceConfig::deterministic`]): only so can the calls be made again.
pub struct Recorder {
    world: World,
    host_calls: Arc<Mutex<Vec<HostEvent>>>,
}

/// An instance whose calls are recorded.
pub struct Recorded<W> {
    instance: Instance,
    host_calls: Arc<Mutex<Vec<HostEvent>>>,
    stdout: Stream,
    stderr: Stream,
    to: W,
}

impl Recorder {
    /// A recorder for an instance of the module `bytes` of the plugin `plugin`. The seed is taken
    /// from the present time.
    pub fn new(plugin: impl Into<String>, bytes: &[u8]) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now_ns = u64::try_from(now.as_nanos()).unwrap_or_default();
        let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let world = World {
            version: VERSION,
            plugin: plugin.into(),
            sha256,
            seed: crate::run::world::mix(now_ns, 0),
            start_ns: now_ns,
            args: Vec::new(),
            env: Vec::new(),
        };
        Recorder { world, host_calls: Arc::default() }
    }

    /// Sets the seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.world.seed = seed;
        self
    }

    /// Sets the time at which the virtual clocks begin; times before 1970 count as 1970.
    pub fn start_time(mut self, time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.world.start_ns = u64::try_from(since.as_nanos()).unwrap_or_default();
        self
    }

    /// Adds a command-line argument of the guest.
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.world.args.push(arg.into());
        self
    }

    /// Adds an environment variable of the guest.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.world.env.push((name.into(), value.into()));
        self
    }

    /// Defines a host function whose calls are recorded, with their answers.
    ///
    /// # Errors
    ///
    /// As for [`Linker::func_dynamic`].
    pub fn func<E: Into<Box<dyn StdError + Send + Sync>>>(
        &mut self,
        linker: &mut Linker,
        module: &str,
        name: &str,
        signature: &Signature,
        function: impl Fn(&mut Caller<'_>, &[Val]) -> Result<Option<Val>, E> + Send + Sync + 'static,
    ) -> Result<(), LinkError> {
        let host_calls = self.host_calls.clone();
        let full_name = format!("{module}.{name}");
        linker.func_dynamic(module, name, signature, move |caller, arguments| {
            let call = CallText { name: &full_name, arguments }.to_string();
            let result = function(caller, arguments).map_err(Into::into);
            let event = match &result {
                Ok(answer) => HostEvent::new(call, answer.as_ref().map(Val::to_string), None),
                Err(error) => HostEvent::new(call, None, Some(error.to_string())),
            };
            lock(&host_calls).push(event);
            result
        })?;
        Ok(())
    }

    /// Makes the instance, and records its `_initialize`. `config` keeps its settings except for
    /// clocks, randomness and output; arguments and environment are those of the recorder.
    ///
    /// # Errors
    ///
    /// Those of [`Linked::instantiate`], and where `to` can't be written.
    pub fn start<W: Write>(
        self,
        linked: &Linked,
        config: InstanceConfig,
        to: W,
    ) -> Result<Recorded<W>> {
        self.start_with(linked, config, to, io::sink(), io::sink())
    }

    /// The same as [`Recorder::start`], with writers to which the guest's output is passed on.
    ///
    /// # Errors
    ///
    /// As for [`Recorder::start`].
    pub fn start_with<W: Write>(
        self,
        linked: &Linked,
        config: InstanceConfig,
        mut to: W,
        stdout: impl Write + Send + 'static,
        stderr: impl Write + Send + 'static,
    ) -> Result<Recorded<W>> {
        let Recorder { world, host_calls } = self;
        let (out, err) = (Stream::default(), Stream::default());
        let config = world
            .apply(config)
            .stdout(Output::writer(Tee(out.clone(), stdout)))
            .stderr(Output::writer(Tee(err.clone(), stderr)));
        let header = serde_json::to_string(&world).context("the recording can't be written")?;
        writeln!(to, "{header}").context("the recording can't be written")?;
        let made = linked.instantiate(&config);
        let mut step = |outcome: String| {
            let call = "_initialize".to_owned();
            write_step(&mut to, (&host_calls, &out, &err), call, outcome)
        };
        let instance = match made {
            Ok(instance) => {
                step("returned".to_owned())?;
                instance
            }
            Err(error) => {
                if let InstantiateError::InitFailed { cause, .. } = &error {
                    let end = End::Failed(Box::new(Failure::of(cause)));
                    step(Observation { end, effects: None }.outcome())?;
                }
                return Err(error.into());
            }
        };
        Ok(Recorded { instance, host_calls, stdout: out, stderr: err, to })
    }
}

impl World {
    /// The configuration with the clocks, the randomness, the arguments and the environment of the
    /// world.
    pub(super) fn apply(&self, config: InstanceConfig) -> InstanceConfig {
        let start = UNIX_EPOCH + Duration::from_nanos(self.start_ns);
        let config = config.deterministic(self.seed).start_time(start);
        let config = self.args.iter().fold(config, |config, arg| config.arg(arg));
        self.env.iter().fold(config, |config, (name, value)| config.env(name, value))
    }
}

impl<W: Write> Recorded<W> {
    /// Makes a call, and records it. The line is written when the call has ended.
    ///
    /// # Errors
    ///
    /// Where the recording can't be written. The inner result is that of
    /// [`Instance::call_dynamic`].
    pub fn try_call(
        &mut self,
        name: &str,
        arguments: &[Val],
    ) -> Result<Result<Outcome, CallError>> {
        let result = self.instance.call_dynamic(name, arguments);
        let observation = Observation { end: End::of(result.clone(), false), effects: None };
        let call = CallText { name, arguments }.to_string();
        self.write(call, observation.outcome())?;
        Ok(result)
    }

    /// Makes a call, and records it.
    ///
    /// # Errors
    ///
    /// Those of the call, and where the recording can't be written.
    pub fn call(&mut self, name: &str, arguments: &[Val]) -> Result<Outcome> {
        Ok(self.try_call(name, arguments)??)
    }

    /// The instance. Calls that are made on it directly are not recorded, and make the recording
    /// wrong.
    pub fn instance(&mut self) -> &mut Instance {
        &mut self.instance
    }

    fn write(&mut self, call: String, outcome: String) -> Result<()> {
        let Recorded { host_calls, stdout, stderr, to, .. } = self;
        write_step(to, (host_calls, stdout, stderr), call, outcome)
    }
}

/// Writes the line of a call, with what it has done: calls of host functions, and output.
fn write_step(
    to: &mut impl Write,
    (host_calls, stdout, stderr): (&Mutex<Vec<HostEvent>>, &Stream, &Stream),
    call: String,
    outcome: String,
) -> Result<()> {
    let host_calls = std::mem::take(&mut *lock(host_calls));
    let text = |stream: &Stream| stream.take().map(|written| written.text()).unwrap_or_default();
    let step = Step { call, host_calls, outcome, stdout: text(stdout), stderr: text(stderr) };
    let line = serde_json::to_string(&step).context("the recording can't be written")?;
    writeln!(to, "{line}").context("the recording can't be written")?;
    to.flush().context("the recording can't be written")
}

fn lock(events: &Mutex<Vec<HostEvent>>) -> std::sync::MutexGuard<'_, Vec<HostEvent>> {
    events.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes to a stream and to a writer. A failed write to the writer is the guest's error.
struct Tee<W>(Stream, W);

impl<W: Write> Write for Tee<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.write_all(bytes)?;
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.1.flush()
    }
}

//! The settings of an instance: what it is given, and what it may take.

use std::any::Any;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::interrupt::cancellation::Cancellation;
use crate::wasi::{Access, Directory, Input, Output, WasiConfig};

/// What an instance is given: nothing by default; and what it may take: bounded by default.
///
/// ```
/// use std::time::Duration;
///
/// use polyreactor_host::{InstanceConfig, Output};
///
/// let config = InstanceConfig::new()
///     .env("LANG", "C")
///     .stderr(Output::inherit())
///     .timeout(Duration::from_millis(100))
///     .max_memory_bytes(16 << 20);
/// ```
///
/// | | by default |
/// |---|---|
/// | arguments | the plugin's name, and no more |
/// | environment, directories, input | none |
/// | output | dropped |
/// | clocks, randomness | the machine's |
/// | a call | 5 s |
/// | `_initialize` | 30 s |
/// | memory | 256 MiB |
/// | each table | a million elements |
/// | open files | 256 |
///
/// Go and other runtimes read arguments and environment during `_initialize`, so that they are
/// settled for good when the instance is made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct InstanceConfig {
    pub(super) name: Option<String>,
    pub(super) wasi: WasiConfig,
    pub(super) timeout: Option<Duration>,
    pub(super) init_timeout: Option<Duration>,
    pub(super) max_memory_bytes: u64,
    pub(super) max_table_elements: u64,
    pub(super) cancellation: Option<Cancellation>,
    pub(super) state: Option<StateFactory>,
}

/// Makes the state that the embedder keeps with each instance.
#[derive(Clone)]
pub(super) struct StateFactory(Arc<dyn Fn() -> Box<dyn Any + Send> + Send + Sync>);

impl StateFactory {
    pub(super) fn make(&self) -> Box<dyn Any + Send> {
        (self.0)()
    }
}

impl fmt::Debug for StateFactory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl InstanceConfig {
    /// Gives nothing: no arguments, no environment, no files, no streams.
    pub fn new() -> Self {
        InstanceConfig {
            name: None,
            wasi: WasiConfig::new(),
            timeout: Some(Duration::from_secs(5)),
            init_timeout: Some(Duration::from_secs(30)),
            max_memory_bytes: 256 << 20,
            max_table_elements: 1_000_000,
            cancellation: None,
            state: None,
        }
    }

    /// What the plugin is called where its output is handed on line by line, and in its first
    /// argument; else the stem of the file that it was loaded from.
    pub fn name(self, name: impl Into<String>) -> Self {
        InstanceConfig { name: Some(name.into()), ..self }
    }

    /// Adds an argument; by custom the first is the program's name. Where none is added, there is
    /// one: what the plugin is called ([`InstanceConfig::name`]).
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.wasi.args.push(arg.into());
        self
    }

    /// Adds a variable to the environment.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.wasi.env.push((name.into(), value.into()));
        self
    }

    /// Lets the guest reach a directory of the host's under a path of its own. Nothing outside
    /// of it is reached through it, by `..`, an absolute path or a symbolic link. What is neither
    /// file nor directory can't be opened there: pipes and devices may keep a call for ever.
    ///
    /// The first one is `/` as well, and relative paths begin there, in every language (B014);
    /// unless another is given as `/`, or the environment's `PWD` names another. Where there are
    /// directories, the guest is told a `PWD` of `/`, since there it begins. No two can have the
    /// same path, none a `..` in it, and `PWD` can't name one beside another that is given as `/`:
    /// that is [`Error::Directory`](crate::Error::Directory) when an instance is made.
    pub fn directory(
        mut self,
        host: impl Into<PathBuf>,
        guest: impl Into<String>,
        access: Access,
    ) -> Self {
        self.wasi.directories.push(Directory { host: host.into(), guest: guest.into(), access });
        self
    }

    /// Sets where standard input comes from.
    pub fn stdin(mut self, stdin: Input) -> Self {
        self.wasi.stdin = stdin;
        self
    }

    /// Sets where standard output goes.
    pub fn stdout(mut self, stdout: Output) -> Self {
        self.wasi.stdout = stdout;
        self
    }

    /// Sets where standard error goes. A guest that panics says why there;
    /// [`CallError::Panic`](crate::CallError::Panic) holds that, wherever the stream leads.
    pub fn stderr(mut self, stderr: Output) -> Self {
        self.wasi.stderr = stderr;
        self
    }

    /// Lets the guest write where the host writes: standard output and standard error.
    pub fn inherit_output(self) -> Self {
        self.stdout(Output::inherit()).stderr(Output::inherit())
    }

    /// Sets the seed of `random_get`, and makes the clocks virtual, so that two runs are identical.
    /// A virtual clock begins with the year 2000 ([`InstanceConfig::start_time`]) and goes on only
    /// by being read (1 µs) or slept through, which takes no time. Deadlines are of the machine's
    /// time still.
    pub fn deterministic(mut self, seed: u64) -> Self {
        self.wasi.seed = Some(seed);
        self
    }

    /// Sets what the clocks of [`InstanceConfig::deterministic`] show at first; a time before
    /// 1970 is 1970.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use polyreactor_host::InstanceConfig;
    ///
    /// let config = InstanceConfig::new()
    ///     .deterministic(7)
    ///     .start_time(UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    /// ```
    pub fn start_time(mut self, time: SystemTime) -> Self {
        self.wasi.start_time = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self
    }

    /// Sets what each call may take (default: 5 s). A longer call ends with
    /// [`CallError::Timeout`](crate::CallError::Timeout), which is noticed some 10 ms late at most;
    /// where a host function is running, when it returns.
    pub fn timeout(self, timeout: Duration) -> Self {
        InstanceConfig { timeout: Some(timeout), ..self }
    }

    /// Sets what `_initialize` may take (default: 30 s).
    pub fn init_timeout(self, timeout: Duration) -> Self {
        InstanceConfig { init_timeout: Some(timeout), ..self }
    }

    /// Lets `_initialize` and calls take for ever, or until they are cancelled.
    pub fn no_timeout(self) -> Self {
        InstanceConfig { timeout: None, init_timeout: None, ..self }
    }

    /// Sets the maximum size of the guest's memory, in bytes (default: 256 MiB). A guest that needs
    /// more and fails without ends with [`CallError::OutOfMemory`](crate::CallError::OutOfMemory).
    pub fn max_memory_bytes(self, bytes: u64) -> Self {
        InstanceConfig { max_memory_bytes: bytes, ..self }
    }

    /// Sets the maximum size of each of the guest's tables, in elements (default: a million).
    pub fn max_table_elements(self, elements: u64) -> Self {
        InstanceConfig { max_table_elements: elements, ..self }
    }

    /// Sets how many files and directories the guest may have open at once, the directories that
    /// it is given included (default: 256). One more fails with the errno `MFILE`.
    pub fn max_open_files(mut self, files: u32) -> Self {
        self.wasi.max_open_files = files;
        self
    }

    /// Keeps a value of the embedder's with each instance: every one gets a clone of its own, which
    /// host functions reach by [`Caller::state`](crate::Caller::state), and the embedder by
    /// [`Instance::state`](crate::Instance::state). What instances are to share is put into an
    /// `Arc`.
    ///
    /// ```
    /// use polyreactor_host::{Caller, Engine, EngineConfig, InstanceConfig, Linker, Reactor};
    ///
    /// #[derive(Clone, Default)]
    /// struct Session {
    ///     lines: Vec<i32>,
    /// }
    ///
    /// let engine = Engine::new(&EngineConfig::new())?;
    /// let mut linker = Linker::new(&engine);
    /// linker.func("host", "note", |caller: &mut Caller<'_>, line: i32| {
    ///     caller.state::<Session>().expect("given below").lines.push(line);
    /// })?;
    /// # let bytes = wat::parse_str(r#"
    /// #     (module (import "host" "note" (func $note (param i32)))
    /// #       (memory (export "memory") 1) (func (export "_initialize"))
    /// #       (func (export "go") (call $note (i32.const 7))))"#)?;
    /// let linked = linker.link(&Reactor::from_bytes(&engine, &bytes)?)?;
    /// let config = InstanceConfig::new().state(Session::default());
    /// let mut instance = linked.instantiate(&config)?;
    /// instance.call::<()>("go", ())?;
    /// assert_eq!(instance.state::<Session>().unwrap().lines, [7]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn state<T: Clone + Send + Sync + 'static>(self, state: T) -> Self {
        let state = StateFactory(Arc::new(move || Box::new(state.clone())));
        InstanceConfig { state: Some(state), ..self }
    }

    /// Sets the [`Cancellation`] that ends calls of the instance; else it has one of its own.
    pub fn cancellation(self, cancellation: &Cancellation) -> Self {
        InstanceConfig { cancellation: Some(cancellation.clone()), ..self }
    }
}

impl Default for InstanceConfig {
    fn default() -> Self {
        Self::new()
    }
}

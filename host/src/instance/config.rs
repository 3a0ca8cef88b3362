//! [`InstanceConfig`]: arguments, files, streams, clocks and limits of an instance.

use std::any::Any;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::interrupt::cancellation::Cancellation;
use crate::wasi::{Access, Directory, Input, Output, WasiConfig};

/// The settings of an instance: what the guest can reach (by default nothing of the machine but its
/// clocks and randomness; CONVENTION B011), and its limits (by default all are finite).
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
/// | setting | default |
/// |---|---|
/// | [`name`](Self::name) | the stem of the module's file name |
/// | [`arg`](Self::arg) | one argument, the plugin's name |
/// | [`env`](Self::env), [`directory`](Self::directory) | none |
/// | [`stdin`](Self::stdin) | empty |
/// | [`stdout`](Self::stdout), [`stderr`](Self::stderr) | dropped |
/// | clocks, randomness ([`deterministic`](Self::deterministic)) | those of the machine |
/// | [`timeout`](Self::timeout) of each call | 5 s |
/// | [`init_timeout`](Self::init_timeout), for `_initialize` | 30 s |
/// | [`max_memory_bytes`](Self::max_memory_bytes) | 256 MiB |
/// | [`max_table_elements`](Self::max_table_elements) of each table | 1,000,000 |
/// | [`max_open_files`](Self::max_open_files) | 256 |
/// | [`cancellation`](Self::cancellation) | a new one for each instance |
/// | [`state`](Self::state) | none |
///
/// Any number of instances can be made with one configuration. Only the time limit of calls can be
/// changed after an instance is made ([`Instance::set_timeout`](crate::Instance::set_timeout)).
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

/// Makes the embedder's state of a new instance.
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
    /// A configuration with the defaults in the table above.
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

    /// Sets the plugin's name: the one that [`Output::lines`](crate::Output::lines) and
    /// [`Output::tracing`](crate::Output::tracing) pass on with each line, that
    /// [`Caller::plugin`](crate::Caller::plugin) returns, and that is the guest's first argument
    /// unless [`arg`](Self::arg) adds one.
    ///
    /// Default: the stem of the file that the module was loaded from. For a module without a file
    /// ([`Reactor::from_bytes`](crate::Reactor::from_bytes)) the name is empty, and the first
    /// argument is `plugin`.
    pub fn name(self, name: impl Into<String>) -> Self {
        InstanceConfig { name: Some(name.into()), ..self }
    }

    /// Adds a command-line argument. By custom the first argument is the program's name, which
    /// guests skip. Default: if none is added, the plugin's name ([`InstanceConfig::name`]) is the
    /// only argument.
    ///
    /// Go and other runtimes read arguments and environment during `_initialize`.
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.wasi.args.push(arg.into());
        self
    }

    /// Adds a variable to the environment (default: no variables).
    ///
    /// If the guest has directories, the variable `PWD` selects the one where relative paths begin,
    /// and its value in the guest is `/`: see [`InstanceConfig::directory`].
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.wasi.env.push((name.into(), value.into()));
        self
    }

    /// Gives the guest access to a directory of the host under the path `guest` (default: no
    /// directories). The guest can't leave the directory by `..`, an absolute path or a symbolic
    /// link.
    ///
    /// Only files and directories can be opened there. Opening a pipe or a device fails with the
    /// errno `NOTSUP`, because it may block for ever. File operations run on the thread of the
    /// call, and no deadline or cancellation interrupts one that blocks, on a network file system,
    /// say.
    ///
    /// # Paths
    ///
    /// One of the directories is the root: `/`, where relative paths begin, in every language
    /// (CONVENTION B014). The root is the directory that was given as `/`; else the one whose path
    /// is the value of the variable `PWD`; else the first one. It can be reached under its own path
    /// as well. If the embedder sets `PWD` and there are directories, the value of `PWD` in the
    /// guest is `/`.
    ///
    /// `..` is resolved as text, as Go's library does: `link/../f` is `f`, also where `link` is a
    /// symbolic link to another directory, and `../f` at the root is `f`. A guest that asks WASI for
    /// the names of its directories gets them with a `/` at the end: `/data/`.
    ///
    /// # Errors
    ///
    /// Making an instance fails with
    /// [`InstantiateError::Directory`](crate::InstantiateError::Directory)
    ///
    /// - if the directory of the host can't be opened;
    /// - if two directories have the same guest path, or a guest path contains `..`;
    /// - if `PWD` names one directory and another one is given as `/`.
    pub fn directory(
        mut self,
        host: impl Into<PathBuf>,
        guest: impl Into<String>,
        access: Access,
    ) -> Self {
        self.wasi.directories.push(Directory { host: host.into(), guest: guest.into(), access });
        self
    }

    /// Sets where standard input comes from (default: [`Input::null`], which is at its end).
    pub fn stdin(mut self, stdin: Input) -> Self {
        self.wasi.stdin = stdin;
        self
    }

    /// Sets where standard output goes (default: [`Output::null`], which drops it).
    ///
    /// A guest may keep an unfinished line in a buffer of its own until its program exits, which a
    /// reactor never does (CONVENTION B012).
    pub fn stdout(mut self, stdout: Output) -> Self {
        self.wasi.stdout = stdout;
        self
    }

    /// Sets where standard error goes (default: [`Output::null`], which drops it). A guest prints
    /// the message of a panic there; [`CallError::Panic`](crate::CallError::Panic) holds the
    /// message wherever the stream leads.
    pub fn stderr(mut self, stderr: Output) -> Self {
        self.wasi.stderr = stderr;
        self
    }

    /// Sends the guest's standard output and standard error to those of the host process
    /// ([`Output::inherit`]).
    pub fn inherit_output(self) -> Self {
        self.stdout(Output::inherit()).stderr(Output::inherit())
    }

    /// Sets the seed of `random_get`, and makes the clocks virtual: two runs with the same seed,
    /// calls, files and input are identical (default: randomness and clocks of the machine).
    ///
    /// A virtual clock begins with the year 2000 ([`InstanceConfig::start_time`]). It advances by
    /// 1 µs at each read, and by a sleep's duration at each sleep, which returns at once. Time
    /// limits are measured in real time nevertheless.
    ///
    /// The bytes of `random_get` are predictable: a guest must not make keys or other secrets of
    /// them.
    pub fn deterministic(mut self, seed: u64) -> Self {
        self.wasi.seed = Some(seed);
        self
    }

    /// Sets the time at which the clocks of [`InstanceConfig::deterministic`] begin (default:
    /// 2000-01-01 00:00:00 UTC). A time before 1970 counts as 1970. Without `deterministic` the
    /// setting has no effect.
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

    /// Sets the time limit of each call that the embedder makes (default: 5 s). A longer call ends
    /// with [`CallError::Timeout`](crate::CallError::Timeout), in a loop as well as in a sleep or a
    /// read of standard input, and the instance is poisoned (CONVENTION B007).
    ///
    /// The limit includes the host functions that the call runs, and the calls that these make into
    /// the guest. Running guest code is checked every 10 ms: a call may be stopped some 10 ms late,
    /// and one that returns within that time succeeds. A host function is not interrupted, nor is a
    /// writer or function of an [`Output`], nor a file operation that blocks: the call ends when
    /// these return.
    pub fn timeout(self, timeout: Duration) -> Self {
        InstanceConfig { timeout: Some(timeout), ..self }
    }

    /// Sets the time limit of `_initialize` (default: 30 s), which is measured as that of a call
    /// ([`InstanceConfig::timeout`]). A longer `_initialize` fails with
    /// [`InstantiateError::InitFailed`](crate::InstantiateError::InitFailed).
    pub fn init_timeout(self, timeout: Duration) -> Self {
        InstanceConfig { init_timeout: Some(timeout), ..self }
    }

    /// Removes the time limits of `_initialize` and of calls. A guest that never returns then
    /// blocks its thread for ever, unless a [`Cancellation`] ends the call.
    pub fn no_timeout(self) -> Self {
        InstanceConfig { timeout: None, init_timeout: None, ..self }
    }

    /// Sets the maximum size of the guest's linear memory, in bytes (default: 256 MiB).
    ///
    /// `memory.grow` beyond the limit returns -1. A guest may continue then; if the call fails, its
    /// error is [`CallError::OutOfMemory`](crate::CallError::OutOfMemory) (CONVENTION B013). A
    /// module that declares a larger initial memory can't be instantiated
    /// ([`InstantiateError::OutOfMemory`](crate::InstantiateError::OutOfMemory)). Memory that the
    /// host uses for the instance is not counted.
    pub fn max_memory_bytes(self, bytes: u64) -> Self {
        InstanceConfig { max_memory_bytes: bytes, ..self }
    }

    /// Sets the maximum size of each table of the guest, in elements (default: 1,000,000). The
    /// limit has the same effects as that of [`InstanceConfig::max_memory_bytes`].
    pub fn max_table_elements(self, elements: u64) -> Self {
        InstanceConfig { max_table_elements: elements, ..self }
    }

    /// Sets how many files and directories the guest may have open at once (default: 256). The
    /// directories that the guest is given count as well. The root ([`InstanceConfig::directory`])
    /// counts twice unless it was given as `/`: it is open under its own path and as `/`. The
    /// standard streams do not count. Opening one more fails with the errno `MFILE`.
    pub fn max_open_files(mut self, files: u32) -> Self {
        self.wasi.max_open_files = files;
        self
    }

    /// Sets the embedder's state of an instance (default: none). Each instance gets a clone of
    /// `state`, which host functions reach by [`Caller::state`](crate::Caller::state), and the
    /// embedder by [`Instance::state`](crate::Instance::state). State that instances share belongs
    /// into an `Arc`. A second `state` replaces the first.
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

    /// Sets the [`Cancellation`] that ends `_initialize` and the calls of the instance (default: a
    /// new one for each instance; see [`Instance::cancellation`](crate::Instance::cancellation)).
    /// All instances that are made with this configuration share it, and are cancelled together.
    pub fn cancellation(self, cancellation: &Cancellation) -> Self {
        InstanceConfig { cancellation: Some(cancellation.clone()), ..self }
    }
}

impl Default for InstanceConfig {
    fn default() -> Self {
        Self::new()
    }
}

//! What one instance is given of the world, and what it may take of it: by default, little.

use std::any::Any;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::wasi::clock::START;
use crate::{Cancellation, Input, Output};

/// What an instance is given: deny by default; and what it may take: bounded by default.
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
///     .memory(16 << 20);
/// ```
///
/// | | by default |
/// |---|---|
/// | arguments | what the plugin is called, and no more |
/// | environment, directories, input | none |
/// | output | dropped |
/// | clocks, randomness | the machine's |
/// | a call | 5 s |
/// | `_initialize` | 30 s |
/// | memory | 256 MiB |
/// | table | a million elements |
/// | open files | 256 |
///
/// Go and other runtimes read arguments and environment during `_initialize`, so that they are
/// settled for good when the instance is made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct InstanceConfig {
    pub(crate) name: Option<String>,
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) directories: Vec<Directory>,
    pub(crate) stdin: Input,
    pub(crate) stdout: Output,
    pub(crate) stderr: Output,
    pub(crate) seed: Option<u64>,
    /// Since 1970.
    pub(crate) start_time: Duration,
    pub(crate) timeout: Option<Duration>,
    pub(crate) init_timeout: Option<Duration>,
    pub(crate) memory: u64,
    pub(crate) table: u64,
    pub(crate) files: u32,
    pub(crate) cancellation: Option<Cancellation>,
    pub(crate) state: Option<Own>,
}

/// How each instance gets what the embedder keeps with it.
#[derive(Clone)]
pub(crate) struct Own(Arc<dyn Fn() -> Box<dyn Any + Send> + Send + Sync>);

impl Own {
    pub(crate) fn make(&self) -> Box<dyn Any + Send> {
        (self.0)()
    }
}

impl fmt::Debug for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A directory of the host's that a guest may reach.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    pub(crate) host: PathBuf,
    pub(crate) guest: String,
    pub(crate) access: Access,
}

/// What a guest may do in a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Read what is there.
    ReadOnly,
    /// Read, write, make and remove.
    ReadWrite,
}

impl InstanceConfig {
    /// Gives nothing: no arguments, no environment, no files, no streams.
    pub fn new() -> Self {
        InstanceConfig {
            name: None,
            args: Vec::new(),
            env: Vec::new(),
            directories: Vec::new(),
            stdin: Input::null(),
            stdout: Output::null(),
            stderr: Output::null(),
            seed: None,
            start_time: START,
            timeout: Some(Duration::from_secs(5)),
            init_timeout: Some(Duration::from_secs(30)),
            memory: 256 << 20,
            table: 1_000_000,
            files: 256,
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
        self.args.push(arg.into());
        self
    }

    /// Adds a variable to the environment.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
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
        self.directories.push(Directory { host: host.into(), guest: guest.into(), access });
        self
    }

    /// Sets where standard input comes from.
    pub fn stdin(self, stdin: Input) -> Self {
        InstanceConfig { stdin, ..self }
    }

    /// Sets where standard output goes.
    pub fn stdout(self, stdout: Output) -> Self {
        InstanceConfig { stdout, ..self }
    }

    /// Sets where standard error goes. A guest that panics says why there;
    /// [`Error::Panic`](crate::Error::Panic) holds it, wherever that is.
    pub fn stderr(self, stderr: Output) -> Self {
        InstanceConfig { stderr, ..self }
    }

    /// Lets the guest write where the host writes: standard output and standard error.
    pub fn inherit_output(self) -> Self {
        self.stdout(Output::inherit()).stderr(Output::inherit())
    }

    /// Makes two runs the same: randomness follows from the seed, and the clocks show a time of
    /// their own, which begins with the year 2000 ([`InstanceConfig::start_time`]) and goes on
    /// only by being looked at (1 µs) or slept through, at once. Deadlines are of the machine's time still.
    pub fn deterministic(self, seed: u64) -> Self {
        InstanceConfig { seed: Some(seed), ..self }
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
    pub fn start_time(self, time: SystemTime) -> Self {
        let start_time = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        InstanceConfig { start_time, ..self }
    }

    /// Sets what a call may take, [`Error::Timeout`](crate::Error::Timeout) after that.
    ///
    /// It is noticed some 10 ms late at most; where a host function is running, when it returns.
    pub fn timeout(self, timeout: Duration) -> Self {
        InstanceConfig { timeout: Some(timeout), ..self }
    }

    /// Sets what `_initialize` may take.
    pub fn init_timeout(self, timeout: Duration) -> Self {
        InstanceConfig { init_timeout: Some(timeout), ..self }
    }

    /// Lets `_initialize` and calls take for ever, or until they are cancelled.
    pub fn no_timeout(self) -> Self {
        InstanceConfig { timeout: None, init_timeout: None, ..self }
    }

    /// Sets what the guest's memory may grow to, in bytes.
    pub fn memory(self, bytes: u64) -> Self {
        InstanceConfig { memory: bytes, ..self }
    }

    /// Sets what each of the guest's tables may grow to, in elements.
    pub fn table(self, elements: u64) -> Self {
        InstanceConfig { table: elements, ..self }
    }

    /// Sets how many files and directories the guest may have open at once, those that it is
    /// given included; it is told `MFILE` after that.
    pub fn files(self, most: u32) -> Self {
        InstanceConfig { files: most, ..self }
    }

    /// Keeps something of the embedder's with each instance: every one gets a clone of its own,
    /// which host functions reach by [`Caller::state`](crate::Caller::state), and the embedder by
    /// [`Instance::state`](crate::Instance::state). What they are to share is put into an `Arc`.
    ///
    /// ```
    /// use polyreactor_host::{Caller, Engine, InstanceConfig, Reactor};
    ///
    /// #[derive(Clone, Default)]
    /// struct Session {
    ///     lines: Vec<i32>,
    /// }
    ///
    /// let note = |caller: &mut Caller<'_>, line: i32| {
    ///     caller.state::<Session>().expect("given below").lines.push(line);
    /// };
    /// let engine = Engine::builder()?.function("host", "note", note)?.build();
    /// # let bytes = wat::parse_str(r#"
    /// #     (module (import "host" "note" (func $note (param i32)))
    /// #       (memory (export "memory") 1) (func (export "_initialize"))
    /// #       (func (export "go") (call $note (i32.const 7))))"#)?;
    /// let reactor = Reactor::from_bytes(&engine, &bytes)?;
    /// let config = InstanceConfig::new().state(Session::default());
    /// let mut instance = reactor.instantiate(&config)?;
    /// instance.call("go", &[])?;
    /// assert_eq!(instance.state::<Session>().unwrap().lines, [7]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn state<T: Clone + Send + Sync + 'static>(self, state: T) -> Self {
        let own = Own(Arc::new(move || Box::new(state.clone())));
        InstanceConfig { state: Some(own), ..self }
    }

    /// Sets what ends the instance from outside; else it has a [`Cancellation`] of its own.
    pub fn cancellation(self, cancellation: &Cancellation) -> Self {
        InstanceConfig { cancellation: Some(cancellation.clone()), ..self }
    }
}

impl Default for InstanceConfig {
    fn default() -> Self {
        Self::new()
    }
}

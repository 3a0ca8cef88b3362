//! What one instance is given of the world: by default, nothing.

/// What an instance is given: deny by default.
///
/// ```
/// use polyreactor_host::{InstanceConfig, Stdio};
///
/// let config = InstanceConfig::new().env("LANG", "C").stderr(Stdio::Inherit);
/// ```
///
/// Go and other runtimes read arguments and environment during `_initialize`, so that they are
/// settled for good when the instance is made.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct InstanceConfig {
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) stdin: Stdio,
    pub(crate) stdout: Stdio,
    pub(crate) stderr: Stdio,
}

/// Where one of a guest's standard streams leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Stdio {
    /// Nowhere: what is written is dropped, and what is read is at its end.
    #[default]
    Null,
    /// To the stream of the host's process.
    Inherit,
}

impl InstanceConfig {
    /// Gives nothing: no arguments, no environment, no files, no streams.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an argument; by custom the first is the program's name.
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds a variable to the environment.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Sets where standard input comes from. A read from a silent one keeps the call waiting.
    pub fn stdin(self, stdin: Stdio) -> Self {
        InstanceConfig { stdin, ..self }
    }

    /// Sets where standard output goes.
    pub fn stdout(self, stdout: Stdio) -> Self {
        InstanceConfig { stdout, ..self }
    }

    /// Sets where standard error goes; a guest that panics says why there.
    pub fn stderr(self, stderr: Stdio) -> Self {
        InstanceConfig { stderr, ..self }
    }

    /// Lets the guest write where the host writes: standard output and standard error.
    pub fn inherit_output(self) -> Self {
        self.stdout(Stdio::Inherit).stderr(Stdio::Inherit)
    }
}

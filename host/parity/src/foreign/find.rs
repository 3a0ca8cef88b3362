//! [`ForeignHost`]: the program of a foreign host, and where to find it.

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::error::ForeignError;
use super::material;
use super::session::{Session, Settings};

/// A foreign host that is installed on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignHost {
    /// The name: `node`, `wasmtime-py` or `wazero`.
    pub name: &'static str,
    /// The program that runs the host's adapter, and its arguments.
    pub command: Vec<OsString>,
}

/// A host that this machine does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// The name of the host.
    pub host: String,
    /// What is missing.
    pub missing: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the host {} is missing: {}; {}", self.host, self.missing, self.remedy)
    }
}

impl Error for NotFound {}

/// What is missing, and the remedy.
type Lack = (String, String);

/// The oldest Node that serves.
const NODE: u32 = 20;

impl ForeignHost {
    /// The names of all hosts.
    pub const NAMES: [&str; 3] = ["node", "wasmtime-py", "wazero"];

    /// Finds a host by its name:
    ///
    /// | host | program | variable |
    /// |---|---|---|
    /// | `node` | `node` on PATH, 20 or later | `POLYREACTOR_HOST_NODE` |
    /// | `wasmtime-py` | `python3` or `python` on PATH, with the package `wasmtime` | `POLYREACTOR_HOST_WASMTIME_PY` |
    /// | `wazero` | `go` on PATH, which builds the adapter once into the cache | `POLYREACTOR_HOST_WAZERO` |
    ///
    /// The variable names another program: Node, a Python, or a built adapter. Its value is a path,
    /// or a program with arguments as a JSON array. The program must become the host's process,
    /// since that is what is killed after a timeout.
    ///
    /// The adapters are written to `POLYREACTOR_CACHE`, else to `polyreactor` in the user's cache
    /// folder. Only the first build of wazero's may use the network.
    ///
    /// # Errors
    ///
    /// The host is missing or too old, its adapter can't be written or built, or no host has that
    /// name.
    pub fn find(name: &str) -> Result<ForeignHost, NotFound> {
        let found = match name {
            "node" => node().map(|command| ("node", command)),
            "wasmtime-py" => wasmtime_py().map(|command| ("wasmtime-py", command)),
            "wazero" => wazero().map(|command| ("wazero", command)),
            _ => {
                let known = Self::NAMES.join(", ");
                Err(("there is no such host".to_owned(), format!("the hosts are {known}")))
            }
        };
        match found {
            Ok((name, command)) => Ok(ForeignHost { name, command }),
            Err((missing, remedy)) => Err(NotFound { host: name.to_owned(), missing, remedy }),
        }
    }

    /// Starts the host with the plugin in `file`, and the default [`Settings`].
    ///
    /// # Errors
    ///
    /// As [`start_with`](ForeignHost::start_with).
    pub fn start(&self, file: &Path) -> Result<Session, ForeignError> {
        self.start_with(file, Settings::default())
    }

    /// Starts the host with the plugin in `file`.
    ///
    /// # Errors
    ///
    /// The host's program can't be started, or refuses the module.
    pub fn start_with(&self, file: &Path, settings: Settings) -> Result<Session, ForeignError> {
        Session::start(self, file, settings)
    }
}

fn node() -> Result<Vec<OsString>, Lack> {
    let variable = "POLYREACTOR_HOST_NODE";
    let remedy = || format!("install Node {NODE} or later, or set {variable} to its path");
    let mut command = chosen(variable)?.unwrap_or(vec!["node".into()]);
    let shown = command[0].display().to_string();
    let output = finish(&command, &["--version"])
        .map_err(|error| (format!("{shown} can't be run: {error}"), remedy()))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major = version.strip_prefix('v').and_then(|rest| rest.split('.').next()?.parse().ok());
    if major.is_none_or(|major: u32| major < NODE) {
        return Err((format!("the version of {shown} is {version:?}"), remedy()));
    }
    command.push(material::script("node", "node.mjs")?.into());
    Ok(command)
}

fn wasmtime_py() -> Result<Vec<OsString>, Lack> {
    let variable = "POLYREACTOR_HOST_WASMTIME_PY";
    let candidates = match chosen(variable)? {
        Some(command) => vec![command],
        None => vec![vec!["python3".into()], vec!["python".into()]],
    };
    let mut missing = Vec::new();
    for mut command in candidates {
        let shown = command[0].display();
        match finish(&command, &["-c", "import wasmtime"]) {
            Ok(output) if output.status.success() => {
                command.push(material::script("wasmtime-py", "wasmtime_py.py")?.into());
                return Ok(command);
            }
            Ok(_) => missing.push(format!("{shown} can't import the package wasmtime")),
            Err(error) => missing.push(format!("{shown} can't be run: {error}")),
        }
    }
    let remedy = format!(
        "`pip install wasmtime` into a Python on PATH, or set {variable} to the path of a Python \
         that has it"
    );
    Err((missing.join(", "), remedy))
}

fn wazero() -> Result<Vec<OsString>, Lack> {
    let variable = "POLYREACTOR_HOST_WAZERO";
    match chosen(variable)? {
        Some(command) if is_program(&command[0]) => Ok(command),
        Some(command) => {
            let missing = format!("{} is no program", command[0].display());
            Err((missing, format!("set {variable} to a built adapter")))
        }
        None => Ok(vec![material::wazero()?.into()]),
    }
}

/// The command in a variable; `None` if it is not set.
fn chosen(variable: &str) -> Result<Option<Vec<OsString>>, Lack> {
    let Some(value) = std::env::var_os(variable).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    match value.to_str() {
        Some(text) if text.starts_with('[') => match serde_json::from_str::<Vec<String>>(text) {
            Ok(words) if !words.is_empty() => {
                Ok(Some(words.into_iter().map(OsString::from).collect()))
            }
            _ => Err((
                format!("{variable} is {text:?}"),
                "set it to a path, or to a JSON array of a program and its arguments".to_owned(),
            )),
        },
        _ => Ok(Some(vec![value])),
    }
}

/// Whether a word names a program: a file, or a name on PATH.
fn is_program(word: &OsStr) -> bool {
    let path = Path::new(word);
    let on_path = || {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&folders).any(|folder: PathBuf| folder.join(path).is_file())
    };
    path.is_file() || path.components().count() == 1 && on_path()
}

fn finish(command: &[OsString], args: &[&str]) -> std::io::Result<Output> {
    Command::new(&command[0])
        .args(&command[1..])
        .args(args)
        .env_remove("NODE_OPTIONS")
        .stdin(Stdio::null())
        .output()
}

//! [`Session`]: sequences of calls of one plugin in one foreign host.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::adapter::{Adapter, NoLine};
use super::call::ForeignCall;
use super::ended::ended;
use super::error::ForeignError;
use super::find::ForeignHost;
use super::outcome::{ForeignEnd, ForeignOutcome};
use super::wire::{Answer, Call, End, Greeting, Request};

/// The limits of a session, and the seed of its random numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The time limit of `_initialize` and of each call.
    pub timeout: Duration,
    /// The seed of `random_get`; our own host returns the same numbers for it.
    pub seed: u64,
    /// The most memory that the guest may have, in bytes.
    pub memory_bytes: u64,
}

impl Default for Settings {
    /// 10 s, 0, and 256 MiB.
    fn default() -> Self {
        Settings { timeout: Duration::from_secs(10), seed: 0, memory_bytes: 256 << 20 }
    }
}

/// A plugin in a foreign host. The host's process is killed when the session is dropped.
#[derive(Debug)]
pub struct Session {
    host: ForeignHost,
    file: PathBuf,
    settings: Settings,
    /// `None` after a timeout or an error: the next sequence starts a new process.
    adapter: Option<Adapter>,
    last_id: u64,
}

/// How long a host may take to start and to compile the module.
const START_TIMEOUT: Duration = Duration::from_secs(120);

impl Session {
    pub(super) fn start(
        host: &ForeignHost,
        file: &Path,
        settings: Settings,
    ) -> Result<Self, ForeignError> {
        let mut session = Session {
            host: host.clone(),
            file: file.to_owned(),
            settings,
            adapter: None,
            last_id: 0,
        };
        session.adapter = Some(session.spawn()?);
        Ok(session)
    }

    /// Makes the calls in order, on a new instance. Returns the outcome of each; the first that is
    /// not [`ForeignEnd::Returned`] is the last, and its name is `_initialize` where there is no
    /// instance. What `_initialize` wrote is part of the first call's output.
    ///
    /// # Errors
    ///
    /// The host can't be started again after a timeout, its process died, or its answer is
    /// invalid. Other sequences can be run after an error.
    pub fn run(&mut self, calls: &[ForeignCall]) -> Result<Vec<ForeignOutcome>, ForeignError> {
        let mut outcomes = self.run_apart(calls)?;
        if let [ForeignOutcome { end: ForeignEnd::Returned { .. }, .. }, ..] = &outcomes[..] {
            let before = outcomes.remove(0);
            if let Some(first) = outcomes.first_mut() {
                first.stdout.splice(0..0, before.stdout);
                first.stderr.splice(0..0, before.stderr);
                first.dropped_bytes = first.dropped_bytes.saturating_add(before.dropped_bytes);
            }
        }
        Ok(outcomes)
    }

    /// Makes the calls as [`run`](Session::run) does. The first outcome is always that of
    /// `_initialize`.
    ///
    /// # Errors
    ///
    /// As for [`run`](Session::run).
    pub fn run_apart(
        &mut self,
        calls: &[ForeignCall],
    ) -> Result<Vec<ForeignOutcome>, ForeignError> {
        let mut adapter = match self.adapter.take() {
            Some(adapter) => adapter,
            None => self.spawn()?,
        };
        self.last_id += 1;
        let request = Request { id: self.last_id, calls: calls.iter().map(Call::of).collect() };
        let garbage = |words| ForeignError::Garbage { host: self.host.name, words };
        adapter.send(serde_json::to_vec(&request).map_err(|error| garbage(error.to_string()))?);

        let mut outcomes: Vec<ForeignOutcome> = Vec::new();
        let mut is_over = false;
        for call in std::iter::once(None).chain(calls.iter().map(Some)) {
            let name = call.map_or("_initialize", |call| &call.name);
            let mut answer = match self.answer(&mut adapter, name) {
                Ok(Some(answer)) => answer,
                // The adapter is dropped, and thereby killed.
                Ok(None) | Err(_) if is_over => return Ok(outcomes),
                Ok(None) => {
                    outcomes.push(ForeignOutcome {
                        name: name.to_owned(),
                        end: ForeignEnd::Timeout,
                        stdout: Vec::new(),
                        stderr: Vec::new(),
                        dropped_bytes: 0,
                    });
                    return Ok(outcomes);
                }
                Err(error) => return Err(error),
            };
            let goes_on = answer.end == End::Returned;
            if !is_over {
                let end = ended(&mut answer, call, self.settings.memory_bytes).map_err(garbage)?;
                // The adapter goes on after a string that is no UTF-8: its answers are dropped.
                is_over = !matches!(end, ForeignEnd::Returned { .. });
                outcomes.push(outcome(name, end, answer));
            }
            if !goes_on {
                break;
            }
        }
        self.adapter = Some(adapter);
        Ok(outcomes)
    }

    /// Waits for the next answer; `None` if it takes too long.
    fn answer(&self, adapter: &mut Adapter, name: &str) -> Result<Option<Answer>, ForeignError> {
        let host = self.host.name;
        let line = match adapter.line(self.settings.timeout) {
            Ok(line) => line,
            Err(NoLine::Timeout) => return Ok(None),
            Err(NoLine::Closed) => {
                let words = format!("in {name}: {}", adapter.last_words());
                return Err(ForeignError::Died { host, words });
            }
        };
        let garbage = |words| ForeignError::Garbage { host, words };
        let answer: Answer = serde_json::from_slice(&line)
            .map_err(|error| garbage(format!("{error}: {}", excerpt(&line))))?;
        if answer.id != self.last_id {
            return Err(garbage(format!("it is number {}, not {}", answer.id, self.last_id)));
        }
        Ok(Some(answer))
    }

    /// Starts the host's process, and waits until it has compiled the module.
    fn spawn(&self) -> Result<Adapter, ForeignError> {
        let host = self.host.name;
        let not_started = |cause| ForeignError::NotStarted { host, cause };
        let [program, args @ ..] = &self.host.command[..] else {
            return Err(not_started(std::io::Error::other("its command is empty")));
        };
        let mut command = Command::new(program);
        command.args(args).arg(&self.file).arg(self.settings.seed.to_string());
        command.arg(self.settings.memory_bytes.to_string());
        command.env_remove("NODE_OPTIONS").env("PYTHONDONTWRITEBYTECODE", "1");
        let mut adapter = Adapter::start(&mut command).map_err(not_started)?;
        let line = match adapter.line(START_TIMEOUT) {
            Ok(line) => line,
            Err(NoLine::Timeout) => {
                let words = format!("it was not ready after {} s", START_TIMEOUT.as_secs());
                return Err(ForeignError::Died { host, words });
            }
            Err(NoLine::Closed) => {
                return Err(ForeignError::Died { host, words: adapter.last_words() });
            }
        };
        let greeting = serde_json::from_slice(&line).map_err(|error| ForeignError::Garbage {
            host,
            words: format!("{error}: {}", excerpt(&line)),
        })?;
        match greeting {
            Greeting { refused: Some(words) } => Err(ForeignError::Refused { host, words }),
            Greeting { refused: None } => Ok(adapter),
        }
    }
}

/// The outcome of a call, with what the guest wrote until the answer.
fn outcome(name: &str, end: ForeignEnd, answer: Answer) -> ForeignOutcome {
    ForeignOutcome {
        name: name.to_owned(),
        end,
        stdout: answer.stdout,
        stderr: answer.stderr,
        dropped_bytes: answer.stdout_dropped.saturating_add(answer.stderr_dropped),
    }
}

/// The beginning of a line, for an error message.
fn excerpt(line: &[u8]) -> String {
    String::from_utf8_lossy(&line[..line.len().min(100)]).escape_debug().to_string()
}

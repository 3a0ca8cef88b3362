//! [`ForeignHosts`]: the implementations in foreign hosts, each in a session of its own.
//!
//! `values.rs` puts calls into the words of the room `foreign`, and `observed.rs` its outcomes into
//! observations. Which of them are compared is decided elsewhere.

mod observed;
mod values;

use std::panic::resume_unwind;
use std::path::Path;
use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context, Result, anyhow};
use polyreactor_contract::Val;
use tempfile::TempDir;

use crate::compare::observe::Observation;
use crate::foreign::{
    ForeignCall, ForeignError, ForeignHost, ForeignOutcome, NotFound, Session, Settings,
};
use crate::parity::Unusable;
use crate::plugin::implementation::Implementation;
use crate::plugin::interface::{Export, Interface};
use crate::report::ImplementationInfo;
use crate::run::column::Conditions;

/// The name of our own host.
const OURS: &str = "polyreactor";

/// The shortest time limit of a call: that of `_initialize` in our own host, as foreign hosts have
/// one limit for both.
const SHORTEST_TIMEOUT: Duration = Duration::from_secs(5);

/// The foreign hosts of a run.
pub(crate) struct ForeignHosts {
    hosts: Vec<ForeignHost>,
    /// A session for each implementation, host by host.
    sessions: Vec<Session>,
    /// The exports that can't be called in foreign hosts.
    uncallable: Vec<usize>,
    nan_is_one: bool,
    /// The folder of the files that the hosts load.
    _folder: TempDir,
}

/// Finds hosts by their names. Our own takes part in any case, and may be named too.
///
/// # Errors
///
/// [`Unusable`] where there is no host of a name; and where a host is not on this machine.
pub(crate) fn find(names: &[String]) -> Result<Vec<ForeignHost>> {
    let mut hosts: Vec<ForeignHost> = Vec::new();
    for name in names {
        if name == OURS || hosts.iter().any(|host| host.name == name) {
            continue;
        }
        if !ForeignHost::NAMES.contains(&&**name) {
            let known = ForeignHost::NAMES.join(", ");
            let text = format!("there is no host `{name}`\nhelp: the hosts are {OURS}, {known}");
            return Err(Unusable(text).into());
        }
        let found = ForeignHost::find(name).map_err(|NotFound { host, missing, remedy }| {
            anyhow!("the host `{host}` is missing: {missing}\nhelp: {remedy}")
        });
        hosts.push(found?);
    }
    Ok(hosts)
}

impl ForeignHosts {
    /// Starts the hosts with each implementation; `None` where there is no host, or where none can
    /// run the plugin: then a note says why.
    pub(crate) fn start(
        hosts: Vec<ForeignHost>,
        implementations: &[Implementation],
        interface: &Interface,
        conditions: &Conditions,
        seed: u64,
        notes: &mut Vec<String>,
    ) -> Result<Option<Self>> {
        if hosts.is_empty() {
            return Ok(None);
        }
        let names = named(&hosts);
        if let Some(import) = interface.imports.first() {
            notes.push(format!(
                "nothing was run in {names}: the plugin imports host functions, such as `{}.{}`, \
                 and foreign hosts have none",
                import.module, import.name
            ));
            return Ok(None);
        }
        if conditions.directory.is_some() || !conditions.env.is_empty() {
            notes.push(format!(
                "the cases in {names} were run without the suite's `directory` and `env`, in our \
                 own host too: foreign hosts do not get them"
            ));
        }
        let uncallable: Vec<usize> = (0..interface.exports.len())
            .filter(|number| !values::is_callable(&interface.exports[*number], implementations))
            .collect();
        if !uncallable.is_empty() {
            let exports = uncallable.iter().map(|it| format!("`{}`", interface.exports[*it].name));
            notes.push(format!(
                "no sequence with {} was run in {names}: a foreign host can't return a pointer or \
                 several results",
                exports.collect::<Vec<_>>().join(", ")
            ));
        }
        let folder = TempDir::new().context("a temporary directory can't be made")?;
        let timeout = conditions.timeout.unwrap_or_default().max(SHORTEST_TIMEOUT);
        let mut settings = Settings { timeout, seed, ..Settings::default() };
        settings.memory_bytes = conditions.memory_bytes.unwrap_or(settings.memory_bytes);
        let mut files = Vec::new();
        for (number, implementation) in implementations.iter().enumerate() {
            // The bytes, as the file may be the one that is not patched; the name, because it is
            // the guest's first argument.
            let name =
                Path::new(&implementation.file).file_name().unwrap_or("plugin.wasm".as_ref());
            let own = folder.path().join(number.to_string());
            let file = own.join(name);
            fs::create_dir(&own)
                .and_then(|()| fs::write(&file, &implementation.bytes))
                .with_context(|| format!("`{}` can't be written", file.display()))?;
            files.push(file);
        }
        let started = at_once(
            hosts.iter().flat_map(|host| files.iter().map(move |file| (host, file))),
            |(host, file)| host.start_with(file, settings.clone()),
        );
        let sessions = started.into_iter().enumerate().map(|(column, started)| {
            let label = &implementations[column % implementations.len()].label;
            started.with_context(|| format!("`{label}` can't be run in a foreign host"))
        });
        let sessions = sessions.collect::<Result<_>>()?;
        let nan_is_one = conditions.nan_is_one;
        Ok(Some(ForeignHosts { hosts, sessions, uncallable, nan_is_one, _folder: folder }))
    }

    /// The names of the hosts, in words: `node, wazero`.
    pub(crate) fn names(&self) -> String {
        named(&self.hosts)
    }

    /// The columns of a report: the implementations, host by host.
    pub(crate) fn columns(&self, natives: &[ImplementationInfo]) -> Vec<ImplementationInfo> {
        let columns = self.hosts.iter().flat_map(|host| {
            natives.iter().map(|native| {
                let label = format!("{}@{}", native.label, host.name);
                ImplementationInfo { label, ..native.clone() }
            })
        });
        columns.collect()
    }

    /// Whether an export can be called in foreign hosts.
    pub(crate) fn can_call(&self, export: usize) -> bool {
        !self.uncallable.contains(&export)
    }

    /// Makes calls on a new instance of each column; `calls` has those of each implementation.
    /// Returns the outcomes of each column, that of `_initialize` first.
    ///
    /// # Errors
    ///
    /// [`ForeignError`] where a host fails. Later calls start it again.
    pub(crate) fn run(
        &mut self,
        calls: &[Vec<ForeignCall>],
    ) -> Result<Vec<Vec<ForeignOutcome>>, ForeignError> {
        let sessions = self.sessions.iter_mut().enumerate();
        let ran =
            at_once(sessions, |(column, session)| session.run_apart(&calls[column % calls.len()]));
        ran.into_iter().collect()
    }

    /// The call of an export as foreign hosts make it.
    pub(crate) fn call(export: &Export, values: &[Val]) -> ForeignCall {
        values::call(export, values)
    }

    /// What was observed in a column of a call, or of `_initialize` where there is none. `native`
    /// is the observation of the same implementation in our host.
    pub(crate) fn observation(
        &self,
        column: usize,
        outcome: ForeignOutcome,
        call: Option<(&Export, &[Val])>,
        native: &Observation,
    ) -> Observation {
        let host = &self.hosts[column / (self.sessions.len() / self.hosts.len())];
        observed::observation(host.name, outcome, call, native, self.nan_is_one)
    }
}

fn named(hosts: &[ForeignHost]) -> String {
    hosts.iter().map(|host| host.name).collect::<Vec<_>>().join(", ")
}

/// Does something with each item, all at the same time: the sessions are processes of their own.
fn at_once<I: Send, T: Send>(
    items: impl Iterator<Item = I>,
    work: impl Fn(I) -> T + Sync,
) -> Vec<T> {
    let work = &work;
    thread::scope(|scope| {
        let running: Vec<_> = items.map(|item| scope.spawn(move || work(item))).collect();
        let done = running.into_iter().map(|thread| match thread.join() {
            Ok(done) => done,
            Err(panic) => resume_unwind(panic),
        });
        done.collect()
    })
}

//! [`Column`]: one live instance, whose calls are observed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};
use std::{fs, io};

use anyhow::{Context, Result, bail};
use polyreactor_contract::{ALLOC, Outcome, Val};
use polyreactor_host::{
    Access, Cancellation, ErrorKind, Instance, InstanceConfig, InstantiateError, Linked, Output,
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::compare::observe::{Effects, End, Failure, Observation, canonical};
use crate::plugin::interface::Interface;
use crate::program::{Argument, Call, Program};
use crate::run::host::HostState;
use crate::run::streams::Stream;

/// The world that an instance sees: everything in which two runs of one implementation may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct World {
    /// The seed of clocks and randomness.
    pub(crate) seed: u64,
    /// The time at which the clocks begin, in nanoseconds since 1970.
    pub(crate) start_ns: u64,
    /// Guest memory that is allocated first, so that later allocations have other addresses.
    pub(crate) shift_bytes: u32,
}

/// Settings of all instances.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conditions {
    /// The plugin's name, which is the guest's first argument: the names of the files differ.
    pub(crate) plugin: String,
    pub(crate) timeout: Option<Duration>,
    pub(crate) memory_bytes: Option<u64>,
    /// The guest's arguments; empty for the default.
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    /// A directory of which each instance gets a copy.
    pub(crate) directory: Option<PathBuf>,
    pub(crate) nan_is_one: bool,
    pub(crate) cancellation: Cancellation,
}

/// An instance, with everything that is observed of it.
pub(crate) struct Column<'a> {
    instance: Instance,
    interface: &'a Interface,
    stdout: Stream,
    stderr: Stream,
    host: Arc<Mutex<HostState>>,
    /// The result of each call of the program, for later arguments.
    results: Vec<Option<Val>>,
    directory: Option<TempDir>,
    nan_is_one: bool,
}

impl<'a> Column<'a> {
    /// Makes an instance. Returns the observation of `_initialize` too; there is no instance where
    /// it failed.
    pub(crate) fn new(
        linked: &Linked,
        interface: &'a Interface,
        world: World,
        conditions: &Conditions,
        program: &Program,
    ) -> Result<(Option<Self>, Observation)> {
        let (stdout, stderr) = (Stream::default(), Stream::default());
        let host = Arc::new(Mutex::new(HostState::new(&program.answers)));
        let directory = conditions.directory.as_deref().map(copy).transpose()?;
        let start = UNIX_EPOCH + Duration::from_nanos(world.start_ns);
        let mut config = InstanceConfig::new()
            .name(&conditions.plugin)
            .deterministic(world.seed)
            .start_time(start)
            .stdout(Output::writer(stdout.clone()))
            .stderr(Output::writer(stderr.clone()))
            .cancellation(&conditions.cancellation)
            .state(host.clone());
        if let Some(timeout) = conditions.timeout {
            config = config.timeout(timeout).init_timeout(timeout.max(Duration::from_secs(5)));
        }
        if let Some(bytes) = conditions.memory_bytes {
            config = config.max_memory_bytes(bytes);
        }
        config = conditions.args.iter().fold(config, |config, arg| config.arg(arg));
        for (name, value) in &conditions.env {
            config = config.env(name, value);
        }
        if let Some(directory) = &directory {
            config = config.directory(directory.path(), "/data", Access::ReadWrite);
        }
        let made = linked.instantiate(&config);
        let failure = match &made {
            Ok(_) => None,
            Err(InstantiateError::InitFailed { cause, .. }) => Some(Failure::of(cause)),
            Err(InstantiateError::OutOfMemory { .. }) => Some(Failure {
                kind: ErrorKind::OutOfMemory,
                detail: String::new(),
                message: "the module declares more memory than the limit".to_owned(),
                is_fatal: true,
            }),
            Err(other) => bail!("an instance can't be made: {other}"),
        };
        let end = match failure {
            None => End::Returned(Outcome::default()),
            Some(failure) => End::Failed(Box::new(failure)),
        };
        let effects = effects(&stdout, &stderr, &host, conditions.nan_is_one);
        let results = Vec::with_capacity(program.calls.len());
        let nan_is_one = conditions.nan_is_one;
        let column = made.ok().map(|mut instance| {
            if world.shift_bytes > 0 {
                // A guest without an allocator has no addresses to shift.
                let arguments = [Val::from(world.shift_bytes), Val::from(8_u32)];
                let _ = instance.call_dynamic(ALLOC, &arguments);
            }
            Column { instance, interface, stdout, stderr, host, results, directory, nan_is_one }
        });
        Ok((column, Observation { end, effects }))
    }

    /// Makes a call once.
    pub(crate) fn call(&mut self, call: &Call) -> Observation {
        match self.arguments(call) {
            Some(values) => self.call_values(call.export, &values),
            // The call whose result is used has failed, but not fatally.
            None => Observation { end: End::Returned(Outcome::default()), effects: None },
        }
    }

    /// The arguments of a call; `None` where an earlier result is missing.
    pub(crate) fn arguments(&self, call: &Call) -> Option<Vec<Val>> {
        let values = call.arguments.iter().map(|argument| match argument {
            Argument::Value(value) => Some(value.clone()),
            Argument::Result(number) => self.results.get(*number).cloned().flatten(),
        });
        values.collect()
    }

    /// Makes a call once, with arguments that are values.
    pub(crate) fn call_values(&mut self, export: usize, values: &[Val]) -> Observation {
        let name = &self.interface.exports[export].name;
        let end = End::of(self.instance.call_dynamic(name, values), self.nan_is_one);
        Observation {
            end,
            effects: effects(&self.stdout, &self.stderr, &self.host, self.nan_is_one),
        }
    }

    /// Stores the result of a call, after all its repetitions.
    pub(crate) fn keep_result(&mut self, observation: &Observation) {
        self.results.push(match &observation.end {
            End::Returned(outcome) => outcome.results.first().cloned(),
            End::Failed(_) => None,
        });
    }

    /// The instance, which is not observed any more.
    pub(crate) fn into_instance(self) -> Instance {
        self.instance
    }

    /// The results of the calls before.
    pub(crate) fn results(&self) -> &[Option<Val>] {
        &self.results
    }

    /// Forgets the results of the calls before, so that the next call counts as the first.
    pub(crate) fn forget_results(&mut self) {
        self.results.clear();
    }

    /// What is observed at the end of a program: the files in the directory.
    pub(crate) fn end(&self) -> Result<Option<Observation>> {
        let Some(directory) = &self.directory else { return Ok(None) };
        let mut files = Vec::new();
        list(directory.path(), directory.path(), &mut files).context("the granted directory")?;
        files.sort();
        let effects = Some(Box::new(Effects { files, ..Effects::default() }));
        Ok(Some(Observation { end: End::Returned(Outcome::default()), effects }))
    }

    /// The size of the guest's memory, in bytes.
    pub(crate) fn memory_bytes(&mut self) -> u64 {
        self.instance.memory().len() as u64
    }

    /// The fuel that the guest has used; 0 where the engine does not count it.
    pub(crate) fn fuel_used(&self) -> u64 {
        self.instance.fuel_used().unwrap_or(0)
    }
}

fn effects(
    stdout: &Stream,
    stderr: &Stream,
    host: &Mutex<HostState>,
    nan_is_one: bool,
) -> Option<Box<Effects>> {
    let mut host_calls = lock(host).take_log();
    if nan_is_one {
        host_calls.iter_mut().flat_map(|call| &mut call.arguments).for_each(canonical);
    }
    let (stdout, stderr) = (stdout.take(), stderr.take());
    if stdout.is_none() && stderr.is_none() && host_calls.is_empty() {
        return None;
    }
    let (stdout, stderr) = (stdout.unwrap_or_default(), stderr.unwrap_or_default());
    Some(Box::new(Effects { stdout, stderr, host_calls, files: Vec::new() }))
}

pub(crate) fn lock(host: &Mutex<HostState>) -> MutexGuard<'_, HostState> {
    host.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A copy of a directory, in a temporary directory.
fn copy(from: &Path) -> Result<TempDir> {
    fn copy_into(from: &Path, to: &Path) -> io::Result<()> {
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                fs::create_dir(&target)?;
                copy_into(&entry.path(), &target)?;
            } else {
                fs::copy(entry.path(), &target)?;
            }
        }
        Ok(())
    }
    let to = TempDir::new().context("a temporary directory can't be made")?;
    copy_into(from, to.path()).with_context(|| format!("`{}` can't be copied", from.display()))?;
    Ok(to)
}

/// Lists the files below `at` with their sizes and hashes, and the directories.
fn list(root: &Path, at: &Path, files: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(at)? {
        let path = entry?.path();
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        if path.is_dir() {
            files.push((format!("{name}/"), "directory".to_owned()));
            list(root, &path, files)?;
        } else {
            let bytes = fs::read(&path)?;
            let hash = Sha256::digest(&bytes);
            let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            files.push((name, format!("{} bytes, sha256 {hash}…", bytes.len())));
        }
    }
    Ok(())
}

//! Recording of a run: makes the instance whose calls are written to a file.

use std::fs::{self, File};
use std::io::{stderr, stdout};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result};
use polyreactor_host::{Error, InstanceConfig, InstantiateError, Linked};
use polyreactor_parity::record::{Recorded, Recorder};

use super::{Opts, shown};

/// Makes an instance whose calls are recorded in `file`. The inner error is that of the instance.
pub(super) fn start(
    opts: &Opts,
    file: &Path,
    linked: &Linked,
    config: InstanceConfig,
) -> Result<Result<Recorded<File>, Error>> {
    let plugin = opts.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = fs::read(&opts.file).with_context(|| shown(&opts.file))?;
    let mut recorder = Recorder::new(plugin.clone(), &bytes);
    if let Some(seed) = opts.seed {
        // Where `--seed` lets the clocks begin without `--record` too: with the year 2000.
        let start = UNIX_EPOCH + Duration::from_secs(946_684_800);
        recorder = recorder.seed(seed).start_time(start);
    }
    // The default argument is the plugin's name, which another implementation's file may not have.
    let args = if opts.arg.is_empty() { &vec![plugin] } else { &opts.arg };
    recorder = args.iter().fold(recorder, |recorder, arg| recorder.arg(arg));
    recorder = opts.env.iter().fold(recorder, |recorder, (name, value)| recorder.env(name, value));
    let to = File::create(file).with_context(|| format!("`{}` can't be written", shown(file)))?;
    match recorder.start_with(linked, config, to, stdout(), stderr()) {
        Ok(recorded) => Ok(Ok(recorded)),
        Err(error) => match error.downcast::<InstantiateError>() {
            Ok(error) => Ok(Err(error.into())),
            Err(error) => Err(error.context(format!("`{}`", shown(file)))),
        },
    }
}

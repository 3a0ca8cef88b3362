//! Programs run to their end, within a time limit: what they print is kept, and what stands
//! around them (their streams, a signal) is as the caller says.

mod around;
#[cfg(all(test, unix))]
mod tests;

use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

pub(crate) use around::{Around, Input, Output, Signal};

/// More than the slowest of them takes on a machine that is busy with other builds: it ends what
/// would never end, and measures nothing.
const LIMIT: Duration = Duration::from_secs(600);

/// What a program left behind.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// All that it printed on its standard output.
    pub stdout: String,
    /// All that it printed on its standard error.
    pub stderr: String,
}

/// Runs `command` to its end, with nothing to read on its standard input.
///
/// # Errors
///
/// Where it does not start, and where it takes longer than ten minutes: then it is killed.
/// That it ended badly is no error here; see [`Finished::success`].
pub fn finish(command: &mut Command) -> Result<Finished> {
    finish_around(command, &Around::default(), LIMIT)
}

impl Finished {
    /// What it printed on its standard output, where it ended well.
    ///
    /// # Errors
    ///
    /// Where it did not: with what it printed.
    pub fn success(self) -> Result<Self> {
        if !self.status.success() {
            bail!("{}\nstdout:\n{}\nstderr:\n{}", self.status, self.stdout, self.stderr);
        }
        Ok(self)
    }
}

/// As [`finish`], with these streams and this signal.
pub(crate) fn finish_in(command: &mut Command, around: &Around) -> Result<Finished> {
    finish_around(command, around, LIMIT)
}

fn finish_around(command: &mut Command, around: &Around, limit: Duration) -> Result<Finished> {
    let [mut stdout, mut stderr] = [around.stdout.open()?, around.stderr.open()?];
    command.stdin(around.stdin.stdio()).stdout(stdout.stdio()?).stderr(stderr.stdio()?);
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    // Open for as long as the child runs, where that is asked for.
    let _stdin = around.stdin.feed(&mut child);
    let mut signal = around.signal.as_ref();
    let status = wait(&mut child, limit, |child| {
        if signal.is_some_and(|signal| stdout.has(&signal.after) || stderr.has(&signal.after)) {
            signal.take().map_or(Ok(()), |signal| signal.send(child))?;
        }
        Ok(())
    })?;
    let (stdout, stderr) = (stdout.text()?, stderr.text()?);
    let printed = || format!("{command:?}\nstdout:\n{stdout}\nstderr:\n{stderr}");
    let Some(status) = status else { bail!("killed after {limit:?}: {}", printed()) };
    if let Some(signal) = signal {
        bail!("{status}, and `{}` was never printed: {}", signal.after, printed());
    }
    Ok(Finished { status, stdout, stderr })
}

/// Looks at the child again and again; `None` where the time was over and it has been killed.
fn wait(
    child: &mut Child,
    limit: Duration,
    mut look: impl FnMut(&Child) -> Result<()>,
) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let looked = look(child);
        if start.elapsed() > limit || looked.is_err() {
            child.kill()?;
            child.wait()?;
            return looked.map(|()| None);
        }
        sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

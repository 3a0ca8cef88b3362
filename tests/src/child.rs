//! Runs programs to their end, within a time limit, and captures their output. The caller decides
//! about the streams of the program, and about a signal that is sent to it.

mod around;
#[cfg(all(test, unix))]
mod tests;

use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

pub(crate) use around::{Around, Input, Output, Signal};

/// The time limit, to end programs that would never end: much more than the slowest one takes on a
/// machine that is busy with other builds.
const LIMIT: Duration = Duration::from_secs(600);

/// The status and the output of a program that has ended.
#[derive(Debug)]
pub struct Finished {
    /// The exit status.
    pub status: ExitStatus,
    /// The whole standard output, with invalid UTF-8 replaced.
    pub stdout: String,
    /// The whole standard error, with invalid UTF-8 replaced.
    pub stderr: String,
}

/// Runs `command` to its end, with an empty standard input.
///
/// # Errors
///
/// If the program does not start, or does not end within ten minutes and is killed. An exit status
/// other than 0 is not an error here; see [`Finished::success`].
pub fn finish(command: &mut Command) -> Result<Finished> {
    finish_around(command, &Around::default(), LIMIT)
}

impl Finished {
    /// Returns `self` if the exit status is 0.
    ///
    /// # Errors
    ///
    /// If the program ended in another way; the message contains its output.
    pub fn success(self) -> Result<Self> {
        if !self.status.success() {
            bail!("{}\nstdout:\n{}\nstderr:\n{}", self.status, self.stdout, self.stderr);
        }
        Ok(self)
    }
}

/// As [`finish`], with the given streams and signal.
pub(crate) fn finish_in(command: &mut Command, around: &Around) -> Result<Finished> {
    finish_around(command, around, LIMIT)
}

fn finish_around(command: &mut Command, around: &Around, limit: Duration) -> Result<Finished> {
    let [mut stdout, mut stderr] = [around.stdout.open()?, around.stderr.open()?];
    command.stdin(around.stdin.stdio()).stdout(stdout.stdio()?).stderr(stderr.stdio()?);
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    // Keeps the pipe open until the child has ended.
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

/// Polls the child until it ends. Returns `None` if the time limit was exceeded and the child was
/// killed. An error of `look` kills the child, too.
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

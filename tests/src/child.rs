//! A command in; what it printed and how it ended out, or an error where it never did.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// More than the slowest of them takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

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
/// Where it does not start, and where it takes longer than two minutes: then it is killed.
/// That it ended badly is no error here; see [`Finished::success`].
pub fn finish(command: &mut Command) -> Result<Finished> {
    finish_within(command, LIMIT)
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

fn finish_within(command: &mut Command, limit: Duration) -> Result<Finished> {
    // Files, not pipes: a pipe would stay open for as long as a grandchild holds it.
    let (mut stdout, mut stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.stdin(Stdio::null()).stdout(stdout.try_clone()?).stderr(stderr.try_clone()?);
    let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
    let status = wait(&mut child, limit)?;
    let (stdout, stderr) = (text(&mut stdout)?, text(&mut stderr)?);
    let Some(status) = status else {
        bail!("killed after {limit:?}: {command:?}\nstdout:\n{stdout}\nstderr:\n{stderr}");
    };
    Ok(Finished { status, stdout, stderr })
}

/// `None` where the time was over and the child has been killed.
fn wait(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

fn text(file: &mut File) -> Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_status_and_an_empty_standard_input_are_passed() {
        let finished = finish(&mut sh("cat; echo out; echo err >&2; exit 3")).unwrap();
        assert_eq!((finished.stdout.as_str(), finished.stderr.as_str()), ("out\n", "err\n"));
        assert_eq!(finished.status.code(), Some(3));
        assert!(finished.success().unwrap_err().to_string().contains("err"));
    }

    #[test]
    fn what_does_not_end_is_killed_with_what_it_said() {
        let start = Instant::now();
        // The grandchild keeps its output open.
        let mut command = sh("echo before; sleep 30 & exec sleep 30");
        let error = finish_within(&mut command, Duration::from_millis(200)).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("killed after 200ms"), "{message}");
        assert!(message.contains("before"), "{message}");
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn what_does_not_start_is_named() {
        let error = finish(&mut Command::new("no-such-program")).unwrap_err();
        assert!(error.to_string().contains("no-such-program"), "{error}");
    }
}

//! Tests of commands: each file of a folder is a test.
//!
//! A case is a file that begins with comments (`;;` or `#`), which contain the commands to run:
//!
//! ```wat
//! ;; RUN: cargo-polyreactor check %
//! ;; EXIT: 1
//! ;; RUN[again]: cargo-polyreactor check --json %
//! ;; EXIT: 1
//! (module)
//! ```
//!
//! The commands run in order, in one temporary folder. In a command, `%` is the path of the case
//! itself: a `.wat` is assembled first (`(module binary "…")` makes any bytes). `@go/counter` is
//! the path of a built guest; `@%` is `@` followed by the path of the case. The output of a command
//! must equal the snapshots `CASE.stdout` and `CASE.stderr`, or, for a command with the name
//! `again`, `CASE.again.stdout` and `CASE.again.stderr`. A stream without output has no snapshot.
//! `BLESS=1` writes the snapshots and removes those that no case uses; review the difference before
//! you commit it.
//!
//! The lines below a command set its environment and its expected outcome:
//!
//! | directive | meaning | default |
//! |---|---|---|
//! | `EXIT: 2`, `EXIT: SIGPIPE` | the expected exit status or signal | status 0 |
//! | `ENV: NAME=VALUE` | an environment variable | the environment of the tests |
//! | `STDIN: "a\n\ff"` | a pipe with these bytes; strings as in a `.wat` | empty |
//! | `STDIN: %` | a pipe with the contents of a file | |
//! | `STDIN: open` | a pipe that never has data and never ends | |
//! | `STDOUT: closed`, `STDERR: closed` | a pipe whose reading end is closed | captured |
//! | `STDOUT: full`, `STDERR: full` | a device to which every write fails (Linux) | captured |
//! | `STDOUT: has TEXT`, `STDERR: has TEXT` | the output must contain the text | a snapshot |
//! | `SIGNAL: INT after LINE` | a signal, sent when that line has been printed (Unix) | none |
//! | `ULIMIT: -v 4000000` | resource limits: arguments of the shell's `ulimit` (Linux) | none |
//! | `VARIES: TEXT` | the number after the text varies: `…` in the snapshot | – |

mod directive;
mod header;
mod snapshot;
#[cfg(all(test, unix))]
mod tests;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;

use crate::child::{Input, finish_in};
use crate::{Finished, guest, trial};
use header::{Header, Run};
use snapshot::Snapshot;

/// A folder of cases.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The folder.
    pub folder: PathBuf,
    /// Whether to write the snapshots instead of comparing with them.
    pub bless: bool,
    /// Returns the path of a program that a case names, or an error if cases may not run it.
    pub program: fn(&str) -> Result<PathBuf>,
    /// The programs that must not change a file: a test fails if one changes the case's own file.
    pub readers: &'static [&'static str],
}

impl Suite {
    /// Returns a test for each case, and one that fails if there is a snapshot that no case uses.
    ///
    /// # Errors
    ///
    /// If the folder cannot be read.
    pub fn trials(&self) -> Result<Vec<Trial>> {
        let suite = self.clone();
        let mut trials = vec![trial("cli::every_snapshot_is_used", move || suite.left_over())];
        for case in self.files()?.into_iter().filter(|file| !Snapshot::is_one(file)) {
            let name = case.strip_prefix(&self.folder)?.with_extension("");
            let name = name.to_string_lossy().replace(['/', '\\'], "::");
            // If the header cannot be parsed, the test itself fails with the reason.
            let is_ours = Header::read(&case).map_or(true, |header| header.is_for_this_system());
            let suite = self.clone();
            let checked = trial(format!("cli::{name}"), move || suite.check(&case));
            trials.push(checked.with_ignored_flag(!is_ours));
        }
        Ok(trials)
    }

    /// Runs the commands of one case.
    fn check(&self, case: &Path) -> Result<()> {
        let header = Header::read(case)?;
        let folder = tempfile::tempdir()?;
        // Canonical, because some programs print the canonical path.
        let folder = Folder::new(folder.path().canonicalize()?, case)?;
        let mut faults = Vec::new();
        for run in &header.runs {
            faults.extend(self.run(case, run, &folder).with_context(|| run.line.clone())?);
        }
        ensure!(faults.is_empty(), "{}", faults.join("\n"));
        Ok(())
    }

    fn run(&self, case: &Path, run: &Run, folder: &Folder) -> Result<Vec<String>> {
        let (program, arguments) = run.words.split_first().context("no command")?;
        let inserted = arguments.iter().map(|word| Ok((folder.insert(word)?, word.as_str())));
        let inserted: Vec<_> = inserted.collect::<Result<_>>()?;
        let before = fs::read(&folder.subject)?;
        let finished = self.start(program, &inserted, run, folder)?;
        let taken_out = |printed: &str| run.steady(folder.take_out(printed, &inserted));
        let printed = [taken_out(&finished.stdout), taken_out(&finished.stderr)];
        let [stdout, stderr] = &printed;
        let ended = run.exit.check(finished.status);
        ended.with_context(|| format!("stdout:\n{stdout}\nstderr:\n{stderr}"))?;
        let is_as_before = fs::read(&folder.subject).is_ok_and(|after| after == before);
        ensure!(
            is_as_before || !self.readers.contains(&&**program),
            "`{program}` changed the file of the case, which it may only read"
        );
        let mut faults = Vec::new();
        for (stream, printed) in printed.iter().enumerate() {
            let missing = run.has[stream].iter().filter(|text| !printed.contains(*text));
            faults.extend(missing.map(|text| format!("no `{text}` in:\n{printed}")));
            let Some(snapshot) = Snapshot::of(case, run, stream) else { continue };
            if self.bless {
                snapshot.write(printed)?;
            }
            faults.extend(snapshot.compare(printed)?);
        }
        Ok(faults)
    }

    /// Runs a program with its arguments, environment and streams to its end.
    fn start(
        &self,
        program: &str,
        arguments: &[(String, &str)],
        run: &Run,
        folder: &Folder,
    ) -> Result<Finished> {
        let program = (self.program)(program)?;
        let mut command = match &run.ulimit {
            None => Command::new(program),
            Some(limit) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("ulimit {limit} && exec \"$0\" \"$@\"")]).arg(program);
                shell
            }
        };
        command.args(arguments.iter().map(|(word, _)| word)).current_dir(&folder.path);
        for variable in UNWANTED {
            command.env_remove(variable);
        }
        command.envs(run.env.iter().map(|(name, value)| (name, value)));
        let mut around = run.around.clone();
        if let Some(file) = &run.input {
            let file = folder.path.join(folder.insert(file)?);
            around.stdin = Input::Bytes(fs::read(&file).context(file.display().to_string())?);
        }
        finish_in(&mut command, &around)
    }

    /// Fails if there are snapshots that no case uses; with `bless`, removes them.
    fn left_over(&self) -> Result<()> {
        let (mut left, cases): (Vec<_>, Vec<_>) =
            self.files()?.into_iter().partition(|file| Snapshot::is_one(file));
        for case in cases {
            for run in &Header::read(&case)?.runs {
                let used = [0, 1].map(|stream| Snapshot::of(&case, run, stream));
                left.retain(|file| !used.iter().flatten().any(|used| used.file == *file));
            }
        }
        if self.bless {
            return Ok(left.iter().try_for_each(fs::remove_file)?);
        }
        ensure!(left.is_empty(), "no case uses the snapshots {left:?}; BLESS=1 removes them");
        Ok(())
    }

    /// All files below the folder, sorted by path.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let (mut files, mut folders) = (Vec::new(), vec![self.folder.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
                let path = entry?.path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Whether the environment has `BLESS=1`: tests then write their snapshots.
pub fn bless() -> bool {
    env::var_os("BLESS").is_some_and(|value| value == "1")
}

/// Variables that change the output of the programs, and differ between machines.
const UNWANTED: [&str; 6] = [
    "CLICOLOR_FORCE",
    "COLUMNS",
    "FORCE_COLOR",
    "RUST_BACKTRACE",
    "RUST_LIB_BACKTRACE",
    "RUST_LOG",
];

/// The folder in which the commands of a case run.
struct Folder {
    path: PathBuf,
    /// The file that `%` stands for: the case, assembled if it is a `.wat`.
    subject: PathBuf,
}

impl Folder {
    fn new(path: PathBuf, case: &Path) -> Result<Self> {
        let is_wat = case.extension().is_some_and(|extension| extension == "wat");
        let name = case.file_name().context("a case is a file")?;
        let subject = path.join(name).with_extension(if is_wat { "wasm" } else { "txt" });
        let bytes = if is_wat { wat::parse_file(case)? } else { fs::read(case)? };
        fs::write(&subject, bytes)?;
        Ok(Folder { path, subject })
    }

    /// Replaces `%` and `@GUEST` in a word of a command by paths.
    fn insert(&self, word: &str) -> Result<String> {
        Ok(match word.strip_prefix('@') {
            Some(name) if !name.starts_with('%') => guest(name)?.display().to_string(),
            _ => word.replace('%', &self.subject.display().to_string()),
        })
    }

    /// Replaces paths in the output, which differ between runs, by `%`, `@GUEST` or nothing.
    fn take_out(&self, printed: &str, inserted: &[(String, &str)]) -> String {
        let folder = format!("{}{}", self.path.display(), std::path::MAIN_SEPARATOR);
        let subject = self.subject.to_string_lossy();
        let mut printed = printed.to_owned();
        let guests = inserted.iter().filter(|(_, word)| word.starts_with('@'));
        let guests = guests.map(|(path, guest)| (path.as_str(), *guest));
        for (path, word) in [(&*subject, "%")].into_iter().chain(guests) {
            // A command for a shell has a path with a space in quotes.
            printed = printed.replace(&format!("'{path}'"), word).replace(path, word);
        }
        printed.replace(&folder, "")
    }
}

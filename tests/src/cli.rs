//! Files as tests of commands: each file of a folder is a test.
//!
//! A case is a file that begins with comments (`;;` or `#`), among them the commands to run:
//!
//! ```wat
//! ;; RUN: cargo-polyreactor check %
//! ;; EXIT: 1
//! ;; RUN[again]: cargo-polyreactor check --json %
//! ;; EXIT: 1
//! (module)
//! ```
//!
//! They run in order, in one new folder. `%` is the file itself, assembled where it is a
//! `.wat` (`(module binary "…")` makes any bytes), and `@go/counter` a guest that has been
//! built; `@%` stays an `@` before the file. What a command prints must be what stands in
//! `CASE.stdout` and `CASE.stderr`, `CASE.again.stdout` and `CASE.again.stderr` where it has a
//! name; none of them is there where nothing is printed. `BLESS=1` writes them, and removes what
//! no case uses; look at the difference before it is committed.
//!
//! What stands around a command is said below it:
//!
//! | directive | what | otherwise |
//! |---|---|---|
//! | `EXIT: 2`, `EXIT: SIGPIPE` | how it has to end | with status 0 |
//! | `ENV: NAME=VALUE` | a variable of its environment | as that of the tests |
//! | `STDIN: "a\n\ff"` | a pipe with these bytes; texts as in a `.wat` | at its end |
//! | `STDIN: %` | a pipe with what stands in a file | |
//! | `STDIN: open` | a pipe in which nothing comes, and no end | |
//! | `STDOUT: closed`, `STDERR: closed` | a pipe that no one reads | kept |
//! | `STDOUT: full`, `STDERR: full` | a device without room (Linux) | kept |
//! | `STDOUT: has TEXT`, `STDERR: has TEXT` | what it has to print among other things | a snapshot |
//! | `SIGNAL: INT after LINE` | sent when it has printed that line (Unix) | none |
//! | `ULIMIT: -v 4000000` | what it may have, as a shell's `ulimit` says it (Linux) | as the tests |
//! | `VARIES: TEXT` | the number behind this text is another one each time: `…` in a snapshot | |

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
    /// Where they are.
    pub folder: PathBuf,
    /// Whether what is printed becomes what is expected.
    pub bless: bool,
    /// Where the programs are that cases may name.
    pub program: fn(&str) -> Result<PathBuf>,
    /// Those of them that change no file: the case's own is looked at after each.
    pub readers: &'static [&'static str],
}

impl Suite {
    /// A test for each case, and one that no file with expected output is left over.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be read.
    pub fn trials(&self) -> Result<Vec<Trial>> {
        let suite = self.clone();
        let mut trials = vec![trial("cli::no_file_is_left_over", move || suite.left_over())];
        for case in self.files()?.into_iter().filter(|file| !Snapshot::is_one(file)) {
            let name = case.strip_prefix(&self.folder)?.with_extension("");
            let name = name.to_string_lossy().replace(['/', '\\'], "::");
            // A header that cannot be read is the test's own failure.
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
        // Some programs answer with the path as it really is.
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
        ensure!(is_as_before || !self.readers.contains(&&**program), "it changed its file");
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

    /// Runs the program to its end.
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

    /// Finds, or with `bless` removes, the expected outputs that no case names.
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
        ensure!(left.is_empty(), "no case uses {left:?}; BLESS=1 removes them");
        Ok(())
    }

    /// All files below the folder, in the order of their names.
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

/// Whether `BLESS=1` is set.
pub fn bless() -> bool {
    env::var_os("BLESS").is_some_and(|value| value == "1")
}

/// What would make the programs print something else from one machine to the next.
const UNWANTED: [&str; 6] = [
    "CLICOLOR_FORCE",
    "COLUMNS",
    "FORCE_COLOR",
    "RUST_BACKTRACE",
    "RUST_LIB_BACKTRACE",
    "RUST_LOG",
];

/// Where the commands of a case run.
struct Folder {
    path: PathBuf,
    /// The case's own file, assembled.
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

    /// A command's word, as it is given to the program.
    fn insert(&self, word: &str) -> Result<String> {
        Ok(match word.strip_prefix('@') {
            Some(name) if !name.starts_with('%') => guest(name)?.display().to_string(),
            _ => word.replace('%', &self.subject.display().to_string()),
        })
    }

    /// What a program printed, without what differs from one run to the next: paths, guests'
    /// included, become what the case calls them.
    fn take_out(&self, printed: &str, inserted: &[(String, &str)]) -> String {
        let folder = format!("{}{}", self.path.display(), std::path::MAIN_SEPARATOR);
        let mut printed = printed.replace(&*self.subject.to_string_lossy(), "%");
        for (path, guest) in inserted.iter().filter(|(_, word)| word.starts_with('@')) {
            printed = printed.replace(path, guest);
        }
        printed.replace(&folder, "")
    }
}

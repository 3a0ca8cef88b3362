//! Tests of the examples: runs each as its README shows, and compares the output with the README.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use polyreactor_tests::faults::LANGUAGES;
use polyreactor_tests::{Finished, finish, go_build, guest, repository, repository_program, trial};

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let mut trials =
        vec![trial("examples::wazero-host::without_a_plugin", wazero_host_without_a_plugin)];
    for language in LANGUAGES {
        let run = move || wazero_host_prints_its_readme(language);
        trials.push(trial(format!("examples::wazero-host::{language}"), run));
        let run = move || polyreactor_run_prints("README.md", "counter", language);
        trials.push(trial(format!("examples::readme::{language}"), run));
        let run = move || polyreactor_run_prints("README.md", "wordcount", language);
        trials.push(trial(format!("examples::readme::wordcount::{language}"), run));
        let run = move || rich_host_prints_its_readme(language);
        trials.push(trial(format!("examples::rich::{language}"), run));
        let run = move || polyreactor_run_prints(WORDCOUNT, "wordcount", language);
        trials.push(trial(format!("examples::wordcount::{language}"), run));
    }
    trials.push(trial("examples::goroutine", goroutine_ticks_while_it_works));
    trials.push(trial("examples::embed-host", embed_host_prints_its_readme));
    Ok(trials)
}

fn wazero_host_prints_its_readme(language: &str) -> Result<()> {
    let plugin = guest(&format!("{language}/counter"))?;
    prints(wazero_host(Some(plugin))?, &wazero_host_folder().join("README.md"), "$ go run .")
}

const WORDCOUNT: &str = "examples/wordcount/README.md";
const GOROUTINE: &str = "examples/goroutine/README.md";

/// A page shows the output for one language and says that it is the same for the others.
fn polyreactor_run_prints(page: &str, plugin: &str, language: &str) -> Result<()> {
    let page = repository().join(page);
    let command = shown_run(&page, plugin)?;
    prints(run_shown(&command, &format!("{language}/{plugin}"))?, &page, &command)
}

/// A pause of the machine can add ticks to those that the page shows, never remove any.
fn goroutine_ticks_while_it_works() -> Result<()> {
    let page = repository().join(GOROUTINE);
    let command = shown_run(&page, "goroutine")?;
    let printed = run_shown(&command, "go/goroutine")?.success()?.stdout;
    let shown = shown(&page, &command)?;
    let together = format!("printed:\n{printed}\nshown:\n{shown}");
    ensure!(printed.lines().count() == shown.lines().count(), "{together}");
    let mut last = 0;
    for (printed, shown) in printed.lines().zip(shown.lines()) {
        let (Some((call, ticks)), Some((shown_call, least))) =
            (printed.split_once(" = "), shown.split_once(" = "))
        else {
            ensure!(printed == shown, "{together}");
            continue;
        };
        let (ticks, least): (u32, u32) = (ticks.parse()?, least.parse()?);
        ensure!(call == shown_call && ticks >= least.max(last), "{together}");
        // Until the first call of `work` the goroutine has not run, however long that takes.
        ensure!(last > 0 || call.starts_with("work") || ticks == 0, "{together}");
        last = ticks;
    }
    Ok(())
}

/// Cargo has built `embed-host` with the other programs; its build script has built the plugin.
fn embed_host_prints_its_readme() -> Result<()> {
    let finished = finish(&mut Command::new(repository_program("embed-host")?))?;
    let page = repository().join("examples/embed-host/README.md");
    prints(finished, &page, "$ cargo run -q -p embed-host")
}

/// The page shows the output for Rust and says that it is the same for Go and Zig.
fn rich_host_prints_its_readme(language: &str) -> Result<()> {
    let mut host = Command::new(repository_program("rich-host")?);
    let finished = finish(host.arg(guest(&format!("{language}/rich"))?))?;
    let page = repository().join("examples/rich/README.md");
    prints(finished, &page, "$ cargo run -q -p rich-host -- target/guests/rust/rich.wasm")
}

/// The line of a page with the command that runs the plugin.
fn shown_run(page: &Path, plugin: &str) -> Result<String> {
    let text = fs::read_to_string(page)?;
    let is_run = |line: &&str| line.starts_with(RUN) && line.contains(&format!("/{plugin}.wasm "));
    let line = text.lines().find(is_run);
    Ok(line.with_context(|| format!("{} runs no {plugin}", page.display()))?.to_owned())
}

/// Makes the calls of such a line, on that guest.
fn run_shown(line: &str, name: &str) -> Result<Finished> {
    let mut run = Command::new(repository_program("polyreactor")?);
    let calls = line.split('\'').skip(1).step_by(2);
    finish(run.arg("run").arg(guest(name)?).args(calls))
}

const RUN: &str = "$ cargo run -q -p polyreactor -- run target/guests/";

fn wazero_host_without_a_plugin() -> Result<()> {
    let finished = wazero_host(None)?;
    let is_explained = finished.stderr.contains("no plugins/counter.wasm was embedded");
    ensure!(finished.status.code() == Some(1) && is_explained, "{finished:?}");
    Ok(())
}

/// Builds the host with this plugin embedded, in a temporary folder, and runs it.
fn wazero_host(plugin: Option<PathBuf>) -> Result<Finished> {
    let folder = tempfile::tempdir()?;
    for file in ["go.mod", "go.sum", "main.go"] {
        fs::copy(wazero_host_folder().join(file), folder.path().join(file))?;
    }
    let plugins = folder.path().join("plugins");
    fs::create_dir(&plugins)?;
    fs::copy(wazero_host_folder().join("plugins/.gitignore"), plugins.join(".gitignore"))?;
    if let Some(plugin) = plugin {
        fs::copy(plugin, plugins.join("counter.wasm"))?;
    }
    let program = folder.path().join("wazero-host");
    go_build(folder.path(), &program)?;
    finish(&mut Command::new(program))
}

fn wazero_host_folder() -> PathBuf {
    repository().join("examples/wazero-host")
}

fn prints(finished: Finished, page: &Path, command: &str) -> Result<()> {
    let finished = finished.success()?;
    // The guest prints to stderr inside `_initialize`, so before any result.
    let printed = format!("{}{}", finished.stderr, finished.stdout);
    let shown = shown(page, command)?;
    ensure!(printed == shown, "printed:\n{printed}\n{} shows:\n{shown}", page.display());
    Ok(())
}

/// The output of `command` that a page shows: the lines below it, up to the next command or the end
/// of the block.
fn shown(page: &Path, command: &str) -> Result<String> {
    let text = fs::read_to_string(page)?;
    let below = text.lines().skip_while(|line| *line != command).skip(1);
    let lines: Vec<&str> = below.take_while(|line| !line.starts_with(['`', '$'])).collect();
    let first =
        lines.first().with_context(|| format!("{} does not show `{command}`", page.display()))?;
    ensure!(!first.is_empty(), "{} shows no output of `{command}`", page.display());
    Ok(lines.iter().map(|line| format!("{line}\n")).collect())
}

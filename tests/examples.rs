//! The examples as people run them; what their README shows is what they print.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use polyreactor_tests::{Finished, finish, go_build, guest, repository, repository_program, trial};

fn main() -> ExitCode {
    let mut trials =
        vec![trial("examples::wazero-host::without_a_plugin", wazero_host_without_a_plugin)];
    for language in ["rust", "go", "zig"] {
        let run = move || wazero_host_prints_its_readme(language);
        trials.push(trial(format!("examples::wazero-host::{language}"), run));
        let run = move || polyreactor_run_prints_the_readme(language);
        trials.push(trial(format!("examples::readme::{language}"), run));
    }
    polyreactor_tests::main(trials)
}

fn wazero_host_prints_its_readme(language: &str) -> Result<()> {
    let plugin = guest(&format!("{language}/counter"))?;
    prints(wazero_host(Some(plugin))?, &wazero_host_folder().join("README.md"), "$ go run .")
}

/// What the repository's README shows of Rust holds for each language, as it says below.
fn polyreactor_run_prints_the_readme(language: &str) -> Result<()> {
    let mut run = Command::new(repository_program("polyreactor")?);
    run.arg("run").arg(guest(&format!("{language}/counter"))?).args(["inc(1)", "inc(21)"]);
    prints(finish(&mut run)?, &repository().join("README.md"), RUN)
}

const RUN: &str = "$ cargo run -q -p polyreactor -- run target/guests/rust/counter.wasm \
                   'inc(1)' 'inc(21)'";

fn wazero_host_without_a_plugin() -> Result<()> {
    let finished = wazero_host(None)?;
    let is_told = finished.stderr.contains("no plugins/counter.wasm was there to embed");
    ensure!(finished.status.code() == Some(1) && is_told, "{finished:?}");
    Ok(())
}

/// Builds the host with this plugin inside, away from the repository, and runs it.
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
    // The guest speaks while it is initialised: before any result.
    let printed = format!("{}{}", finished.stderr, finished.stdout);
    let shown = shown(page, command)?;
    ensure!(printed == shown, "printed:\n{printed}\n{} shows:\n{shown}", page.display());
    Ok(())
}

/// What a page shows as printed by `command`: the lines below it, to the end of the block.
fn shown(page: &Path, command: &str) -> Result<String> {
    let text = fs::read_to_string(page)?;
    let below = text.lines().skip_while(|line| *line != command).skip(1);
    let lines: Vec<&str> = below.take_while(|line| !line.starts_with(['`', '$'])).collect();
    let first =
        lines.first().with_context(|| format!("{} shows no `{command}`", page.display()))?;
    ensure!(!first.is_empty(), "{} shows nothing below `{command}`", page.display());
    Ok(lines.iter().map(|line| format!("{line}\n")).collect())
}

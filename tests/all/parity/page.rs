//! The HTML page of a parity run, in headless Chromium.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Completion, Trial};
use polyreactor_tests::{finish, repository, repository_program};

/// The test is skipped where there is no Chromium, in CI too: it is a browser of the machine, which
/// `cargo xtask test` does not provision.
pub(super) fn trial() -> Trial {
    Trial::ignorable_test("parity::the_page_in_chromium", || match chromium() {
        None => Ok(Completion::ignored_with("no Chromium on PATH: Debian's package `chromium`")),
        Some(chromium) => match check(Command::new(chromium)) {
            Ok(()) => Ok(Completion::Completed),
            Err(error) => Err(format!("{error:#}").into()),
        },
    })
}

/// The page has a row for each case, and its script has run.
fn check(mut chromium: Command) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let page = folder.path().join("report.html");
    let mut parity = Command::new(repository_program("polyreactor")?);
    parity.arg("parity").arg(repository().join("examples/counter"));
    parity.args(["--sequences", "5", "--html"]).arg(&page);
    let cases = finish(&mut parity)?.success()?.stdout.matches("  ✓ ").count();
    chromium
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg("--virtual-time-budget=5000")
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", page.display()));
    let document = finish(&mut chromium).context("Chromium")?.success()?.stdout;
    let rows = document.matches("id=\"case-").count();
    ensure!(rows == cases && cases > 10, "the page has {rows} rows, and the run {cases} cases");
    ensure!(document.contains(" shown</output>"), "the script of the page has not run");
    Ok(())
}

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let programs = std::env::split_paths(&path).flat_map(|folder| names.map(|it| folder.join(it)));
    programs.into_iter().find(|program| program.is_file())
}

//! Opens pages in Chromium.

use std::path::Path;
use std::process::Command;

/// What Chromium makes of a page, as the lines of its document after the scripts have run.
///
/// # Errors
///
/// There is no Chromium on PATH, or it fails.
pub(super) fn check_in_chromium(html: &Path) -> Result<Vec<String>, String> {
    let mut chromium = find().ok_or("no Chromium on PATH")?;
    let html = html.canonicalize().map_err(|error| format!("{}: {error}", html.display()))?;
    let profile = tempfile::tempdir().map_err(|error| error.to_string())?;
    let output = chromium
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg("--virtual-time-budget=5000")
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", html.display()))
        .output()
        .map_err(|error| format!("Chromium does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

fn find() -> Option<Command> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let path = std::env::var_os("PATH")?;
    let mut folders = std::env::split_paths(&path);
    let found = folders.find_map(|folder| {
        names.iter().map(|name| folder.join(name)).find(|program| program.is_file())
    });
    found.map(Command::new)
}

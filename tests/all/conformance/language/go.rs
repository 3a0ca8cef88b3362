//! Go: compiles a file of `go/` with `-buildmode=c-shared`. A build's flags are linker flags
//! (`-ldflags`).

use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};
use polyreactor_tests::go;

use super::{Language, run};

pub(super) const GO: Language = Language { name: "go", extensions: &["go"], version, compile };

fn version() -> Result<String> {
    static VERSION: OnceLock<Result<String, String>> = OnceLock::new();
    let env = || Ok(String::from_utf8_lossy(&run(go()?.args(["env", "GOVERSION"]))?).into_owned());
    let printed =
        VERSION.get_or_init(|| env().map_err(|error: anyhow::Error| format!("{error:#}")));
    // The cached error is only a text. Where Go is missing, calling `go` again fails with the type
    // `Missing`, by which the test is skipped.
    go()?;
    let printed = printed.clone().map_err(|error| anyhow!(error))?;
    Ok(printed.trim().trim_start_matches("go").to_owned())
}

fn compile(source: &Path, flags: &[String], module: &Path) -> Result<()> {
    let mut go = go()?;
    go.current_dir(source.parent().context("a file in a folder")?)
        .args(["build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-o"])
        .arg(module)
        .arg(format!("-ldflags={}", flags.join(" ")))
        .arg(source)
        .envs([("GOOS", "wasip1"), ("GOARCH", "wasm"), ("CGO_ENABLED", "0")]);
    run(&mut go).map(drop)
}

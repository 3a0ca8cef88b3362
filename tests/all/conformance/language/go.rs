//! Go: compiles a file of `go/` into a c-shared module. A build's flags are for Go's linker.

use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};
use polyreactor_tests::go;

use super::{Language, run};

pub(super) const GO: Language = Language { name: "go", extensions: &["go"], version, compile };

fn version() -> Result<String> {
    static VERSION: OnceLock<Result<String, String>> = OnceLock::new();
    let ask = || Ok(String::from_utf8_lossy(&run(go()?.args(["env", "GOVERSION"]))?).into_owned());
    let said = VERSION.get_or_init(|| ask().map_err(|error: anyhow::Error| format!("{error:#}")));
    // A tool that is missing has to be seen as that, so it is asked for again.
    go()?;
    let said = said.clone().map_err(|error| anyhow!(error))?;
    Ok(said.trim().trim_start_matches("go").to_owned())
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

//! The adapters, written out of this crate into the user's cache; wazero's is compiled there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

/// A file of an adapter: its name and its text.
type Source = (&'static str, &'static str);

const NODE: [Source; 2] =
    [("node.mjs", include_str!("node.mjs")), ("node_wasi.mjs", include_str!("node_wasi.mjs"))];

const WASMTIME_PY: [Source; 2] = [
    ("wasmtime_py.py", include_str!("wasmtime_py.py")),
    ("wasmtime_py_wasi.py", include_str!("wasmtime_py_wasi.py")),
];

const WAZERO: [Source; 5] = [
    ("main.go", include_str!("wazero/main.go")),
    ("guest.go", include_str!("wazero/guest.go")),
    ("wire.go", include_str!("wazero/wire.go")),
    ("go.mod", include_str!("wazero/go.mod")),
    ("go.sum", include_str!("wazero/go.sum")),
];

const PROGRAM: &str = if cfg!(windows) { "wazero.exe" } else { "wazero" };

/// What is missing, and the remedy.
type Lack = (String, String);

/// The script `first` of a host's adapter, next to the files that it imports.
pub(super) fn script(host: &str, first: &str) -> Result<PathBuf, Lack> {
    let sources = if host == "node" { &NODE } else { &WASMTIME_PY };
    Ok(provided(host, sources, |_| Ok(()))?.join(first))
}

/// The adapter for wazero, which Go compiles if the cache does not have it.
pub(super) fn wazero() -> Result<PathBuf, Lack> {
    Ok(provided("wazero", &WAZERO, build)?.join(PROGRAM))
}

/// The folder in the cache with these files, and with what `finish` has made of them. Its name
/// holds their hash, so that another version of this crate has another folder. It is made under
/// another name and renamed, so that it is always complete.
fn provided(
    host: &str,
    sources: &[Source],
    finish: impl FnOnce(&Path) -> Result<(), Lack>,
) -> Result<PathBuf, Lack> {
    let cache = cache()?;
    let mut hash = Sha256::new();
    for part in sources.iter().flat_map(|(name, text)| [name, text]) {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let hash: String = hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = cache.join(format!("parity-{host}-{hash}"));
    if folder.is_dir() {
        return Ok(folder);
    }
    let unwritable = |error: io::Error| {
        let missing = format!("{} can't be written: {error}", cache.display());
        (missing, "set POLYREACTOR_CACHE to a folder".to_owned())
    };
    fs::create_dir_all(&cache).map_err(unwritable)?;
    let beside = tempfile::tempdir_in(&cache).map_err(unwritable)?;
    let made = beside.path().join("made");
    fs::create_dir(&made).map_err(unwritable)?;
    for (name, text) in sources {
        fs::write(made.join(name), text).map_err(unwritable)?;
    }
    finish(&made)?;
    match fs::rename(&made, &folder) {
        // Another process may have been first; its folder has the same content.
        Err(_) if folder.is_dir() => Ok(folder),
        renamed => renamed.map(|()| folder.clone()).map_err(unwritable),
    }
}

fn build(folder: &Path) -> Result<(), Lack> {
    let variable = "POLYREACTOR_HOST_WAZERO";
    let output = Command::new("go")
        .current_dir(folder)
        .args(["build", "-trimpath", "-buildvcs=false", "-o", PROGRAM, "."])
        // The user's settings that would change which modules are built, or for which machine.
        .envs([("GOWORK", "off"), ("GOFLAGS", ""), ("GO111MODULE", "on")])
        .env_remove("GOOS")
        .env_remove("GOARCH")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            let remedy = format!("install Go 1.24 or later, or set {variable} to a built adapter");
            (format!("go can't be run: {error}"), remedy)
        })?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let remedy = format!(
        "the first build needs a network, for the module github.com/tetratelabs/wazero; or set \
         {variable} to a built adapter"
    );
    Err((format!("go does not build its adapter: {words}"), remedy))
}

/// The cache folder of all of Polyreactor's tools: `POLYREACTOR_CACHE`, else `polyreactor` in the
/// user's cache folder.
fn cache() -> Result<PathBuf, Lack> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let folder = set("POLYREACTOR_CACHE").map(PathBuf::from).or_else(|| {
        let user = set("XDG_CACHE_HOME").map(PathBuf::from).or_else(dirs::cache_dir);
        user.map(|user| user.join("polyreactor"))
    });
    folder.and_then(|folder| std::path::absolute(folder).ok()).ok_or_else(|| {
        let missing = "the user's cache folder is unknown".to_owned();
        (missing, "set POLYREACTOR_CACHE to a folder".to_owned())
    })
}

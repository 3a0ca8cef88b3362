//! Where things are: the repository, what it built, the guests.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

/// The repository's root.
pub fn repository() -> PathBuf {
    // cargo sets it for what it runs; a test program run by hand is where it was built.
    let package = env::var_os("CARGO_MANIFEST_DIR");
    let package = package.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.parent().expect("a package of this workspace").to_owned()
}

/// A guest that `build-guests` wrote: `rust/counter` is `target/guests/rust/counter.wasm`.
///
/// # Errors
///
/// Where it has not been built.
pub fn guest(name: &str) -> Result<PathBuf> {
    let guests = env::var_os("POLYREACTOR_GUESTS").filter(|folder| !folder.is_empty());
    let guests = guests.map_or_else(|| Path::new("target/guests").into(), PathBuf::from);
    // cargo runs tests in their package's folder; people mean the repository's.
    let file = repository().join(guests).join(format!("{name}.wasm"));
    ensure!(file.is_file(), "no guest {}: run `cargo xtask build-guests`", file.display());
    Ok(file)
}

/// A program of this workspace, built beside the test that asks.
///
/// # Errors
///
/// Where it has not been built.
pub fn repository_program(name: &str) -> Result<PathBuf> {
    let test = env::current_exe()?;
    let folder = test.parent().and_then(Path::parent).expect("target/PROFILE/deps/TEST");
    let file = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    ensure!(
        file.is_file(),
        "no program {}: run `cargo build --workspace --bins --tests`",
        file.display()
    );
    Ok(file)
}

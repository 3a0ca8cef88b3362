//! Paths of the repository, of its guests and of its programs.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

/// Returns the repository's root.
///
/// # Panics
///
/// If `CARGO_MANIFEST_DIR` is `/`.
pub fn repository() -> PathBuf {
    // Cargo sets the variable for tests that it runs. For a test program that is started by hand,
    // the path from its build is used.
    let package = env::var_os("CARGO_MANIFEST_DIR");
    let package = package.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.parent().expect("a package of this workspace").to_owned()
}

/// Returns the path of an artifact of `build-guests`: for `rust/counter`,
/// `target/guests/rust/counter.wasm`.
///
/// # Errors
///
/// If the guest has not been built.
pub fn guest(name: &str) -> Result<PathBuf> {
    let guests = env::var_os("POLYREACTOR_GUESTS").filter(|folder| !folder.is_empty());
    let guests = guests.map_or_else(|| Path::new("target/guests").into(), PathBuf::from);
    // Cargo runs tests in the package's folder, but a relative path in the variable is relative to
    // the repository.
    let file = repository().join(guests).join(format!("{name}.wasm"));
    ensure!(file.is_file(), "no guest {}: run `cargo xtask build-guests`", file.display());
    Ok(file)
}

/// Returns the path of a program of this workspace, built with the same profile as this test.
///
/// # Errors
///
/// If the program has not been built.
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

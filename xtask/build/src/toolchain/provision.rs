//! Fetches missing toolchains into the user's cache, once for all projects.
//!
//! `pip` fetches wheels from PyPI and accepts only those whose hashes the pins list. A package is
//! unpacked into a scratch folder and then renamed, under a lock, so that a package folder in the
//! cache is always complete.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::on_path;
use polyreactor_terminal::print_stderr;

/// A package on PyPI, with the versions that may be fetched and the hashes of their wheels.
#[derive(Debug, Clone, Copy)]
pub struct Package {
    /// The name of the package on PyPI.
    pub name: &'static str,
    /// The version that is fetched by default.
    pub default: &'static str,
    /// The versions that may be fetched, as lines of a pip requirements file: each with the hashes
    /// of its wheels.
    pub pins: &'static str,
}

impl Package {
    /// The versions that can be fetched, in the order of the pins.
    pub fn pinned(&self) -> impl Iterator<Item = &'static str> + use<> {
        let name = self.name;
        self.pins.lines().filter_map(move |line| {
            line.strip_prefix(name)?.strip_prefix("==")?.split_whitespace().next()
        })
    }

    /// The pins of `version`, as a requirements file for pip.
    fn requirement(&self, version: &str) -> Option<String> {
        let first = format!("{}=={version} \\", self.name);
        let from = self.pins.lines().skip_while(|line| *line != first);
        let hashes = from.clone().skip(1).take_while(|line| line.starts_with(' '));
        let lines: Vec<_> = from.take(1).chain(hashes).collect();
        (!lines.is_empty()).then(|| lines.join("\n") + "\n")
    }
}

/// Polyreactor's cache folder: `POLYREACTOR_CACHE`, else `polyreactor` in the user's cache folder
/// (`XDG_CACHE_HOME`, or the platform's default).
///
/// # Errors
///
/// No variable is set and the platform's default is unknown, or the current folder that a relative
/// path is resolved against cannot be read.
pub fn cache() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = set("POLYREACTOR_CACHE") {
        return Ok(std::path::absolute(folder)?);
    }
    let user = set("XDG_CACHE_HOME").map(PathBuf::from).or_else(dirs::cache_dir);
    let user =
        user.context("the user's cache folder is unknown; set POLYREACTOR_CACHE to a folder")?;
    Ok(user.join("polyreactor"))
}

/// The folder of a version of a package in the cache, whether it exists or not.
pub(super) fn folder(package: &Package, version: &str) -> Result<PathBuf> {
    Ok(cache()?.join(format!("{}-{version}", package.name)))
}

/// Returns the cache folder of that version of the package. If it does not exist, fetches and
/// verifies the package; other processes that need the same package wait meanwhile.
///
/// # Errors
///
/// The version is not pinned, there is no Python, pip cannot fetch the package, or the cache folder
/// cannot be written.
pub fn provision(package: &Package, version: &str) -> Result<PathBuf> {
    let folder = folder(package, version)?;
    if folder.is_dir() {
        return Ok(folder);
    }
    let Some(requirement) = package.requirement(version) else {
        let known: Vec<_> = package.pinned().collect();
        bail!(
            "{} {version} cannot be fetched; the versions that can be: {}",
            package.name,
            known.join(", ")
        );
    };
    let cache = cache()?;
    fs::create_dir_all(&cache)
        .with_context(|| format!("cannot write to {}; set POLYREACTOR_CACHE", cache.display()))?;
    let name = format!("{} {version}", package.name);
    let _lock = lock(&cache.join(format!("{}-{version}.lock", package.name)), &name)?;
    if folder.is_dir() {
        return Ok(folder);
    }
    print_stderr!("note: fetching {name} into {}, once for all projects", cache.display());
    // The scratch folder is removed when `fetched` is dropped, or by the next attempt if this
    // process is killed. An interrupted download leaves nothing under the package's own name.
    let scratch = format!(".fetching-{}-{version}", package.name);
    let _ = fs::remove_dir_all(cache.join(&scratch));
    let fetched = tempfile::Builder::new().prefix(&scratch).rand_bytes(0).tempdir_in(&cache)?;
    let unpacked = fetched.path().join("package");
    pip_install(&requirement, fetched.path(), &unpacked)
        .with_context(|| format!("cannot fetch {name}"))?;
    fs::rename(&unpacked, &folder)
        .with_context(|| format!("cannot rename to {}", folder.display()))?;
    Ok(folder)
}

fn pip_install(requirement: &str, scratch: &Path, target: &Path) -> Result<()> {
    let requirements = scratch.join("requirements.txt");
    fs::write(&requirements, requirement)?;
    let python = python()?;
    let status = Command::new(&python)
        .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input"])
        .args(["--no-cache-dir", "--no-deps", "--no-compile", "--only-binary=:all:"])
        .arg("--require-hashes")
        .arg("--requirement")
        .arg(&requirements)
        .arg("--target")
        .arg(target)
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .stdin(Stdio::null())
        .stdout(std::io::stderr()) // progress
        .status()
        .with_context(|| format!("cannot run {}", python.display()))?;
    if !status.success() {
        bail!(
            "{} -m pip failed; its messages are above: is pip installed, is there a network, is \
             there a wheel for this platform?",
            python.display()
        );
    }
    Ok(())
}

/// The path of the Python that runs pip: `POLYREACTOR_PYTHON`, else `python3` or `python` on PATH.
///
/// # Errors
///
/// The variable is not set, and neither program is on PATH.
pub fn python() -> Result<PathBuf> {
    let named = std::env::var_os("POLYREACTOR_PYTHON").filter(|path| !path.is_empty());
    let found =
        named.map(PathBuf::from).or_else(|| on_path("python3")).or_else(|| on_path("python"));
    found.context(
        "there is no Python on PATH, which fetches toolchains; set POLYREACTOR_PYTHON to its path",
    )
}

/// Locks the file at `path`, for the lifetime of the result. If another process holds the lock,
/// prints a note with `what`, the work that needs the lock, and waits without a time limit.
pub(crate) fn lock(path: &Path, what: &str) -> Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path);
    let file = file.with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            print_stderr!("note: {what}: waiting for another process that holds the lock");
            file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock {}", path.display()));
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKAGE: Package = Package {
        name: "p",
        default: "2.0",
        pins: "p==1.0 \\\n    --hash=sha256:aa\np==2.0 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n",
    };

    #[test]
    fn the_pins_of_a_version_are_a_requirements_file() {
        assert_eq!(PACKAGE.pinned().collect::<Vec<_>>(), ["1.0", "2.0"]);
        assert_eq!(
            PACKAGE.requirement("2.0").as_deref(),
            Some("p==2.0 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n")
        );
        assert_eq!(
            PACKAGE.requirement("1.0").as_deref(),
            Some("p==1.0 \\\n    --hash=sha256:aa\n")
        );
        assert_eq!(PACKAGE.requirement("3.0"), None);
    }
}

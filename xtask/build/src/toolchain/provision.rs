//! Fetches what is missing into the user's cache, once for all projects.
//!
//! `pip` fetches, from PyPI, what the pins name by hash; nothing else is accepted. A folder
//! that is there is whole: packages are unpacked beside it, then renamed, under a lock.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::on_path;

/// A package on PyPI, with the hashes of the versions that are known.
#[derive(Debug, Clone, Copy)]
pub struct Package {
    /// Its name there.
    pub name: &'static str,
    /// The version that is fetched where nobody asks for another.
    pub default: &'static str,
    /// The known versions, in pip's own notation, each with the hashes of its wheels.
    pub pins: &'static str,
}

impl Package {
    /// The versions that can be fetched.
    pub fn pinned(&self) -> impl Iterator<Item = &'static str> + use<> {
        let name = self.name;
        self.pins.lines().filter_map(move |line| {
            line.strip_prefix(name)?.strip_prefix("==")?.split_whitespace().next()
        })
    }

    /// The lines of the pins that are about `version`.
    fn requirement(&self, version: &str) -> Option<String> {
        let first = format!("{}=={version} \\", self.name);
        let from = self.pins.lines().skip_while(|line| *line != first);
        let hashes = from.clone().skip(1).take_while(|line| line.starts_with(' '));
        let lines: Vec<_> = from.take(1).chain(hashes).collect();
        (!lines.is_empty()).then(|| lines.join("\n") + "\n")
    }
}

/// Where Polyreactor keeps what it has fetched: `POLYREACTOR_CACHE`, else `polyreactor` in the
/// user's cache folder (`XDG_CACHE_HOME`).
///
/// # Errors
///
/// Where the user has no such folder.
pub fn cache() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = set("POLYREACTOR_CACHE") {
        return Ok(std::path::absolute(folder)?);
    }
    let user = set("XDG_CACHE_HOME").map(PathBuf::from).or_else(dirs::cache_dir);
    let user = user.context("there is no cache folder to be found; set POLYREACTOR_CACHE")?;
    Ok(user.join("polyreactor"))
}

/// Where a version of a package is kept, once it has been fetched.
pub(super) fn folder(package: &Package, version: &str) -> Result<PathBuf> {
    Ok(cache()?.join(format!("{}-{version}", package.name)))
}

/// The folder with that version of the package; fetched and verified where it is not there
/// yet. Other processes that want the same wait.
///
/// # Errors
///
/// Where the version is not among the pinned ones, or pip cannot fetch it.
pub fn provision(package: &Package, version: &str) -> Result<PathBuf> {
    let folder = folder(package, version)?;
    if folder.is_dir() {
        return Ok(folder);
    }
    let Some(requirement) = package.requirement(version) else {
        let known: Vec<_> = package.pinned().collect();
        bail!(
            "{} {version} is none of the versions that can be fetched: {}",
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
    say!("note: fetching {name} into {}, once for all projects", cache.display());
    // Gone with this value, or with the next attempt where this one is killed: what is
    // interrupted leaves no folder that could be taken for a whole one.
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
            "{} -m pip failed (above is why): is pip installed, is there a network, is there a \
             wheel for this platform?",
            python.display()
        );
    }
    Ok(())
}

/// The Python that runs pip: `POLYREACTOR_PYTHON`, else `python3` or `python` on PATH.
///
/// # Errors
///
/// Where there is none.
pub fn python() -> Result<PathBuf> {
    let named = std::env::var_os("POLYREACTOR_PYTHON").filter(|path| !path.is_empty());
    let found =
        named.map(PathBuf::from).or_else(|| on_path("python3")).or_else(|| on_path("python"));
    found.context("there is no Python on PATH to fetch it with; name one in POLYREACTOR_PYTHON")
}

/// Waits for the lock on `path`, and says so where it has to.
pub(crate) fn lock(path: &Path, what: &str) -> Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path);
    let file = file.with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            say!("note: waiting for another process that is at {what}");
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
    fn a_requirement_is_what_pip_reads() {
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

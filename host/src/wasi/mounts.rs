//! The directories of a guest, and the resolution of a path to one of them, which is the same for
//! every language (B014).
//!
//! By themselves the languages differ. wasi-libc (Rust, C) and Go choose the preopened directory
//! whose name is a prefix of the path, and pass the rest of the path to it. A relative path begins
//! at `/` in wasi-libc, and in Go at `PWD`, or else at the first directory. Zig passes every path
//! to the first directory, absolute paths too, and panics if there is none.
//!
//! So the host makes the first preopened directory `/`: the directory that was given under that
//! name, else the one that `PWD` names, else the first one. It is preopened under its own name as
//! well. A path that is passed to `/` and leads into another directory is redirected to that one.

use std::path::PathBuf;

use crate::error::InstantiateError;
use crate::wasi::WasiConfig;

/// A directory of the host that a guest can access.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    pub(crate) host: PathBuf,
    pub(crate) guest: String,
    pub(crate) access: Access,
}

/// The access of a guest to a directory ([`InstanceConfig::directory`]).
///
/// [`InstanceConfig::directory`]: crate::InstanceConfig::directory
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// The guest can read files and list directories.
    ReadOnly,
    /// The guest can also write, create, rename and remove files and directories.
    ReadWrite,
}

/// A preopened directory: its absolute path in the guest, and the directory.
pub(crate) struct Preopen<'a> {
    pub(crate) name: String,
    pub(crate) directory: &'a Directory,
}

/// The preopened directories in the order of their descriptors, `/` first.
///
/// # Errors
///
/// [`InstantiateError::Directory`] if the guest paths of the directories, or `PWD`, contradict each
/// other.
pub(crate) fn preopens(config: &WasiConfig) -> Result<Vec<Preopen<'_>>, InstantiateError> {
    let mut given: Vec<Preopen<'_>> = Vec::new();
    for directory in &config.directories {
        let refused = |cause: &str| {
            let path = directory.host.clone();
            InstantiateError::Directory {
                path,
                cause: format!("its guest path `{}` {cause}", directory.guest),
            }
        };
        let name = absolute(&directory.guest);
        if name.split('/').any(|part| part == "..") {
            return Err(refused("contains `..`"));
        }
        if given.iter().any(|other| other.name == name) {
            return Err(refused("is that of another directory as well"));
        }
        given.push(Preopen { name, directory });
    }
    let pwd = config.env.iter().rfind(|(name, _)| name == PWD).map(|(_, value)| absolute(value));
    let start = given.iter().position(|it| pwd.as_ref() == Some(&it.name));
    let root = given.iter().position(|it| it.name == "/");
    let root = match (root, start) {
        (Some(root), Some(start)) if root != start => {
            let path = given[start].directory.host.clone();
            let cause = "`PWD` names it as the directory where relative paths begin, but another \
                         directory is given as `/`";
            return Err(InstantiateError::Directory { path, cause: cause.to_owned() });
        }
        (Some(root), _) => Some(given.remove(root)),
        (None, start) => given
            .get(start.unwrap_or(0))
            .map(|first| Preopen { name: "/".to_owned(), directory: first.directory }),
    };
    Ok(root.into_iter().chain(given).collect())
}

/// The environment of the guest. With directories, the value of `PWD` is replaced by `/`, because
/// of Go: it is the only language that begins relative paths at `PWD`.
pub(crate) fn environment<'a>(
    config: &'a WasiConfig,
    preopens: &[Preopen<'_>],
) -> Vec<(&'a str, &'a str)> {
    let env = config.env.iter().map(|(name, value)| match name.as_str() {
        PWD if !preopens.is_empty() => (PWD, "/"),
        name => (name, value.as_str()),
    });
    env.collect()
}

/// The variable that holds the working directory, for shells and for Go.
const PWD: &str = "PWD";

/// A path made absolute, without empty and `.` components.
fn absolute(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty() && *part != ".");
    format!("/{}", parts.collect::<Vec<_>>().join("/"))
}

/// The preopened directories of a running guest.
pub(crate) struct Mounts {
    /// The paths of all directories but `/`, without the leading `/`, and their descriptors; the
    /// longest path first.
    below: Vec<(String, i32)>,
    has_directories: bool,
    /// Whether the descriptor of `/` is still open.
    has_root: bool,
}

/// The directory to which a path is redirected that was passed to `/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Below directory `fd`, by the path without its first `skipped` bytes.
    Below { fd: i32, skipped: usize },
    /// The directory `fd` itself.
    Itself { fd: i32 },
}

/// The descriptor of `/`: the first one after those of the standard streams.
pub(crate) const ROOT: i32 = 3;

impl Mounts {
    pub(crate) fn of(preopens: &[Preopen<'_>]) -> Self {
        let numbered = preopens.iter().zip(ROOT..).skip(1);
        let mut below: Vec<_> =
            numbered.map(|(preopen, fd)| (preopen.name[1..].to_owned(), fd)).collect();
        below.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let has_directories = !preopens.is_empty();
        Mounts { below, has_directories, has_root: has_directories }
    }

    /// Whether the guest was given no directory at all.
    pub(crate) fn is_empty(&self) -> bool {
        !self.has_directories
    }

    /// Forgets a descriptor that was closed or renumbered.
    pub(crate) fn closed(&mut self, fd: i32) {
        self.has_root &= fd != ROOT;
        self.below.retain(|(_, other)| *other != fd);
    }

    /// The directory to which `path` is redirected if it is passed to descriptor `fd`; `None` if it
    /// is not redirected.
    pub(crate) fn place(&self, fd: i32, path: &[u8]) -> Option<Place> {
        if fd != ROOT || !self.has_root {
            return None;
        }
        let rest = without_start(path);
        let skipped = |rest: &[u8]| path.len() - rest.len();
        for (name, fd) in &self.below {
            let Some(after) = rest.strip_prefix(name.as_bytes()) else { continue };
            let inside = without_start(after);
            match after.first() {
                // A longer name, such as `database` for `data`.
                Some(byte) if *byte != b'/' => {}
                _ if inside.is_empty() => return Some(Place::Itself { fd: *fd }),
                _ => return Some(Place::Below { fd: *fd, skipped: skipped(inside) }),
            }
        }
        match (path.first(), rest) {
            (Some(b'/'), []) => Some(Place::Itself { fd }),
            (Some(b'/'), rest) => Some(Place::Below { fd, skipped: skipped(rest) }),
            _ => None,
        }
    }
}

/// A path without any `/` and `./` at the beginning.
fn without_start(mut path: &[u8]) -> &[u8] {
    loop {
        path = match path {
            [b'/', rest @ ..] | [b'.', b'/', rest @ ..] => rest,
            [b'.'] => &[],
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(directories: &[(&str, &str)]) -> WasiConfig {
        let mut config = WasiConfig::new();
        config.directories.extend(directories.iter().map(|(host, guest)| Directory {
            host: (*host).into(),
            guest: (*guest).to_owned(),
            access: Access::ReadOnly,
        }));
        config
    }

    fn given(directories: &[&str], pwd: Option<&str>) -> Result<Vec<(String, String)>, String> {
        let numbers: Vec<_> = (0..directories.len()).map(|number| number.to_string()).collect();
        let pairs = numbers.iter().zip(directories).map(|(number, guest)| (&**number, *guest));
        let mut config = config(&pairs.collect::<Vec<_>>());
        config.env.extend(pwd.map(|pwd| ("PWD".to_owned(), pwd.to_owned())));
        let preopens = preopens(&config).map_err(|error| error.to_string())?;
        let host = |it: &Preopen<'_>| it.directory.host.to_string_lossy().into_owned();
        Ok(preopens.iter().map(|it| (it.name.clone(), host(it))).collect())
    }

    #[track_caller]
    fn assert_preopens(directories: &[&str], pwd: Option<&str>, expected: &[(&str, &str)]) {
        let expected: Vec<_> =
            expected.iter().map(|(name, host)| ((*name).to_owned(), (*host).to_owned())).collect();
        assert_eq!(given(directories, pwd), Ok(expected), "{directories:?} {pwd:?}");
    }

    #[test]
    fn the_first_directory_is_the_root_unless_another_is_named() {
        assert_preopens(&[], None, &[]);
        assert_preopens(&["/data"], None, &[("/", "0"), ("/data", "0")]);
        assert_preopens(&["."], None, &[("/", "0")]);
        assert_preopens(&["/"], None, &[("/", "0")]);
        assert_preopens(&["a", "./b/"], None, &[("/", "0"), ("/a", "0"), ("/b", "1")]);
        // The directory given as `/`, in any position.
        assert_preopens(&["/a", "/"], None, &[("/", "1"), ("/a", "0")]);
        // Or the directory that `PWD` names.
        assert_preopens(&["/a", "/b"], Some("/b/"), &[("/", "1"), ("/a", "0"), ("/b", "1")]);
        assert_preopens(&["/a", "/b"], Some("/c"), &[("/", "0"), ("/a", "0"), ("/b", "1")]);
        assert_preopens(&["/a", "/"], Some("/c"), &[("/", "1"), ("/a", "0")]);
        assert_preopens(&["/a", "/"], Some("/"), &[("/", "1"), ("/a", "0")]);
    }

    #[test]
    fn contradicting_directories_are_refused() {
        for directories in [&["/a", "a/"][..], &[".", "/"], &["/a/../b"]] {
            assert!(given(directories, None).is_err(), "{directories:?}");
        }
        assert!(given(&["/a", "/"], Some("/a")).unwrap_err().contains("`PWD`"));
    }

    #[test]
    fn a_path_leads_into_the_directory_that_it_names() {
        let config = config(&[("0", "/data"), ("1", "/data/more")]);
        let mounts = Mounts::of(&preopens(&config).unwrap());
        let (root, data, more) = (ROOT, ROOT + 1, ROOT + 2);
        let cases: [(&str, Option<(i32, &str)>); 14] = [
            ("f", None),
            ("./f", None),
            ("../f", None),
            ("database/f", None),
            ("more", None),
            ("/f", Some((root, "f"))),
            ("/database/f", Some((root, "database/f"))),
            ("//./f/", Some((root, "f/"))),
            ("/", Some((root, ""))),
            ("data", Some((data, ""))),
            ("/data/./", Some((data, ""))),
            ("./data//f", Some((data, "f"))),
            ("/data/../f", Some((data, "../f"))),
            ("/data/more/f", Some((more, "f"))),
        ];
        for (path, expected) in cases {
            let place = mounts.place(ROOT, path.as_bytes()).map(|place| match place {
                Place::Below { fd, skipped } => (fd, &path[skipped..]),
                Place::Itself { fd } => (fd, ""),
            });
            assert_eq!(place, expected, "{path}");
            assert_eq!(mounts.place(data, path.as_bytes()), None, "{path}");
        }
    }

    #[test]
    fn no_path_is_redirected_to_a_closed_descriptor() {
        let config = config(&[("0", "/data")]);
        let mut mounts = Mounts::of(&preopens(&config).unwrap());
        mounts.closed(ROOT + 1);
        let root = Some(Place::Below { fd: ROOT, skipped: 1 });
        assert_eq!(mounts.place(ROOT, b"/data/f"), root);
        mounts.closed(ROOT);
        assert_eq!(mounts.place(ROOT, b"/data/f"), None);
    }
}

//! The directories of a guest, and the resolution of a path to one of them, which is the same for
//! every language (B014).
//!
//! By themselves the languages differ. wasi-libc (Rust, C) and Go choose the preopened directory
//! whose name is a prefix of the path, and pass the rest of the path to it. A relative path begins
//! at `/` in wasi-libc, and in Go at `PWD`, or else at the first directory. Zig passes every path
//! to the first directory, absolute paths too, and panics if there is none. Go removes `.` and `..`
//! before that, as text; the others pass them on.
//!
//! So the host makes the first preopened directory `/`: the directory that was given under that
//! name, else the one that `PWD` names, else the first one. It is preopened under its own name as
//! well. The host resolves a path that is passed to a preopened directory as Go does, beginning at
//! the name of that directory: `..` at the root is the root, and a path that leads into another
//! directory is redirected to that one.
//!
//! The names of all directories but `/` end in a `/` for the guest. Go compares the characters of a
//! name with those of a path: with a name `/data`, it would pass `/dataset.txt` as `set.txt` to that
//! directory, and the host could not detect that.

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

/// The name under which a directory is preopened: with a `/` at its end (see the module's comment).
pub(crate) fn guest_name(preopen: &Preopen<'_>) -> String {
    match &*preopen.name {
        "/" => "/".to_owned(),
        name => format!("{name}/"),
    }
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

/// Where a path leads that was passed to a preopened directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// Below directory `fd`, by the relative path `path`.
    Below { fd: i32, path: Vec<u8> },
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

    /// Where `path` leads that is passed to descriptor `fd`; `None` if WASI's own resolution
    /// applies: `fd` is no preopened directory, or the path is empty, or it is absolute and `fd` is
    /// not `/`.
    pub(crate) fn place(&self, fd: i32, path: &[u8]) -> Option<Place> {
        let base = match self.below.iter().find(|(_, other)| *other == fd) {
            Some((name, _)) if !path.starts_with(b"/") => name,
            None if fd == ROOT && self.has_root => "",
            _ => return None,
        };
        if path.is_empty() {
            return None;
        }
        let path = resolved(base, path);
        for (name, fd) in &self.below {
            let Some(after) = path.strip_prefix(name.as_bytes()) else { continue };
            match after {
                [] | [b'/'] => return Some(Place::Itself { fd: *fd }),
                [b'/', inside @ ..] => {
                    return Some(Place::Below { fd: *fd, path: inside.to_owned() });
                }
                // A longer name, such as `database` for `data`.
                _ => {}
            }
        }
        match path.is_empty() {
            _ if !self.has_root => None,
            true => Some(Place::Itself { fd: ROOT }),
            false => Some(Place::Below { fd: ROOT, path }),
        }
    }
}

/// The path relative to `/` of a path relative to `base`: without empty, `.` and `..` components,
/// with a `/` at its end where `path` has one.
fn resolved(base: &str, path: &[u8]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in base.as_bytes().split(is_slash).chain(path.split(is_slash)) {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if path.ends_with(b"/") && !parts.is_empty() {
        parts.push(b"");
    }
    parts.join(&b'/')
}

fn is_slash(byte: &u8) -> bool {
    *byte == b'/'
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
        /// A descriptor and a path relative to it.
        type At = (i32, &'static str);
        let cases: [(i32, &str, Option<At>); 32] = [
            (root, "f", Some((root, "f"))),
            (root, "./f", Some((root, "f"))),
            (root, "database/f", Some((root, "database/f"))),
            (root, "dataset.txt", Some((root, "dataset.txt"))),
            (root, "more", Some((root, "more"))),
            (root, "", None),
            (root, ".", Some((root, ""))),
            (root, "/", Some((root, ""))),
            (root, "/f", Some((root, "f"))),
            (root, "/database/f", Some((root, "database/f"))),
            (root, "//./f/", Some((root, "f/"))),
            (root, "f/.", Some((root, "f"))),
            (root, "data", Some((data, ""))),
            (root, "/data/./", Some((data, ""))),
            (root, "./data//f", Some((data, "f"))),
            (root, "/data/more/f", Some((more, "f"))),
            // `..` is resolved as text, and the directory above the root is the root.
            (root, "..", Some((root, ""))),
            (root, "../f", Some((root, "f"))),
            (root, "/../../f", Some((root, "f"))),
            (root, "d/../f", Some((root, "f"))),
            (root, "d/e/../../..", Some((root, ""))),
            (root, "/data/../f", Some((root, "f"))),
            (root, "../data/f", Some((data, "f"))),
            (root, "..f", Some((root, "..f"))),
            // A path that is passed to another directory begins at that directory's name.
            (data, "f", Some((data, "f"))),
            (data, ".", Some((data, ""))),
            (data, "data/f", Some((data, "data/f"))),
            (data, "../f", Some((root, "f"))),
            (more, "../f", Some((data, "f"))),
            (data, "/f", None),
            (data, "", None),
            (more + 1, "../f", None),
        ];
        for (at, path, expected) in cases {
            let place = mounts.place(at, path.as_bytes()).map(|place| match place {
                Place::Below { fd, path } => (fd, String::from_utf8(path).unwrap()),
                Place::Itself { fd } => (fd, String::new()),
            });
            let expected = expected.map(|(fd, path)| (fd, path.to_owned()));
            assert_eq!(place, expected, "{path} of {at}");
        }
    }

    /// Go takes a name that does not end in `/` for the beginning of a longer one.
    #[test]
    fn the_names_that_guests_see_end_in_a_slash() {
        let config = config(&[("0", "/data"), ("1", "data2/"), ("2", ".")]);
        let names: Vec<_> = preopens(&config).unwrap().iter().map(guest_name).collect();
        assert_eq!(names, ["/", "/data/", "/data2/"]);
    }

    #[test]
    fn no_path_is_redirected_to_a_closed_descriptor() {
        let config = config(&[("0", "/data")]);
        let mut mounts = Mounts::of(&preopens(&config).unwrap());
        mounts.closed(ROOT + 1);
        let root = Some(Place::Below { fd: ROOT, path: b"data/f".to_vec() });
        assert_eq!(mounts.place(ROOT, b"/data/f"), root);
        mounts.closed(ROOT);
        assert_eq!(mounts.place(ROOT, b"/data/f"), None);
        // Nor out of a directory whose own descriptor is open.
        let mut mounts = Mounts::of(&preopens(&config).unwrap());
        mounts.closed(ROOT);
        assert_eq!(mounts.place(ROOT + 1, b"../f"), None);
    }
}

//! The directories that a guest is given, and which of them a path leads to: the same one in every
//! language.
//!
//! The languages differ. wasi-libc (Rust, C) and Go take the directory whose name is the beginning
//! of the path, and hand on the rest; a relative path begins at `/` in the one, at the first
//! directory in the other. Zig hands every path to the first directory, absolute ones too, and
//! panics where there is none. So the first directory of all is `/`: what was given under that
//! name, else what `PWD` names, else the first that was given; it is there under its own name as
//! well. And a path that goes to `/` and leads into another directory is handed on to that.

use crate::instance::config::Directory;
use crate::{Error, InstanceConfig};

/// A directory, and where the guest finds it.
pub(crate) struct Preopen<'a> {
    pub(crate) name: String,
    pub(crate) directory: &'a Directory,
}

/// The directories in the order in which the guest is given them, `/` first.
pub(crate) fn preopens(config: &InstanceConfig) -> Result<Vec<Preopen<'_>>, Error> {
    let mut given: Vec<Preopen<'_>> = Vec::new();
    for directory in &config.directories {
        let refused = |cause: &str| {
            let path = directory.host.clone();
            Error::Directory {
                path,
                cause: format!("its path there, `{}`, {cause}", directory.guest),
            }
        };
        let name = absolute(&directory.guest);
        if name.split('/').any(|part| part == "..") {
            return Err(refused("has a `..` in it"));
        }
        if given.iter().any(|other| other.name == name) {
            return Err(refused("is that of another directory"));
        }
        given.push(Preopen { name, directory });
    }
    let pwd = config.env.iter().rfind(|(name, _)| name == PWD).map(|(_, value)| absolute(value));
    let start = given.iter().position(|it| pwd.as_ref() == Some(&it.name));
    let root = given.iter().position(|it| it.name == "/");
    let root = match (root, start) {
        (Some(root), Some(start)) if root != start => {
            let path = given[start].directory.host.clone();
            let cause = "`PWD` has the guest begin there, and it begins at `/`, which is another \
                         directory";
            return Err(Error::Directory { path, cause: cause.to_owned() });
        }
        (Some(root), _) => Some(given.remove(root)),
        (None, start) => given
            .get(start.unwrap_or(0))
            .map(|first| Preopen { name: "/".to_owned(), directory: first.directory }),
    };
    Ok(root.into_iter().chain(given).collect())
}

/// The environment, in which a guest that was given directories begins at `/`: Go would begin
/// elsewhere, and no other language.
pub(crate) fn environment<'a>(
    config: &'a InstanceConfig,
    preopens: &[Preopen<'_>],
) -> Vec<(&'a str, &'a str)> {
    let env = config.env.iter().map(|(name, value)| match name.as_str() {
        PWD if !preopens.is_empty() => (PWD, "/"),
        name => (name, value.as_str()),
    });
    env.collect()
}

/// Where a process begins, by what shells and Go say.
const PWD: &str = "PWD";

/// A path from the root on, without anything that leads nowhere.
fn absolute(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty() && *part != ".");
    format!("/{}", parts.collect::<Vec<_>>().join("/"))
}

/// What the host knows of a guest's directories while it runs.
pub(crate) struct Mounts {
    /// Their names without the `/` at the beginning, and their descriptors; the longest first.
    below: Vec<(String, i32)>,
    is_given: bool,
    /// Whether the guest still has the descriptor of `/`.
    has_root: bool,
}

/// Where a path leads that was handed to `/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Below that directory, without so many bytes of the path.
    Below { fd: i32, skipped: usize },
    /// To the directory itself.
    Itself { fd: i32 },
}

/// The first descriptor after those of the standard streams.
pub(crate) const ROOT: i32 = 3;

impl Mounts {
    pub(crate) fn of(preopens: &[Preopen<'_>]) -> Self {
        let numbered = preopens.iter().zip(ROOT..).skip(1);
        let mut below: Vec<_> =
            numbered.map(|(preopen, fd)| (preopen.name[1..].to_owned(), fd)).collect();
        below.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let is_given = !preopens.is_empty();
        Mounts { below, is_given, has_root: is_given }
    }

    /// Whether the guest was given no directory at all.
    pub(crate) fn is_empty(&self) -> bool {
        !self.is_given
    }

    /// A descriptor was closed, or stands for something else.
    pub(crate) fn closed(&mut self, fd: i32) {
        self.has_root &= fd != ROOT;
        self.below.retain(|(_, other)| *other != fd);
    }

    /// Where a path leads, if not where it goes.
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
                // Another name with the same beginning.
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

/// Without every `/` and `./` at the beginning.
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
    use crate::Access;

    fn given(directories: &[&str], pwd: Option<&str>) -> Result<Vec<(String, String)>, String> {
        let mut config = InstanceConfig::new();
        for (number, guest) in directories.iter().enumerate() {
            config = config.directory(number.to_string(), *guest, Access::ReadOnly);
        }
        if let Some(pwd) = pwd {
            config = config.env("PWD", pwd);
        }
        let preopens = preopens(&config).map_err(|error| error.to_string())?;
        let host = |it: &Preopen<'_>| it.directory.host.to_string_lossy().into_owned();
        Ok(preopens.iter().map(|it| (it.name.clone(), host(it))).collect())
    }

    fn is(directories: &[&str], pwd: Option<&str>, expected: &[(&str, &str)]) {
        let expected: Vec<_> =
            expected.iter().map(|(name, host)| ((*name).to_owned(), (*host).to_owned())).collect();
        assert_eq!(given(directories, pwd), Ok(expected), "{directories:?} {pwd:?}");
    }

    #[test]
    fn the_first_is_the_root() {
        is(&[], None, &[]);
        is(&["/data"], None, &[("/", "0"), ("/data", "0")]);
        is(&["."], None, &[("/", "0")]);
        is(&["/"], None, &[("/", "0")]);
        is(&["a", "./b/"], None, &[("/", "0"), ("/a", "0"), ("/b", "1")]);
        // What is named so, wherever it stands.
        is(&["/a", "/"], None, &[("/", "1"), ("/a", "0")]);
        // Or what the embedder says.
        is(&["/a", "/b"], Some("/b/"), &[("/", "1"), ("/a", "0"), ("/b", "1")]);
        is(&["/a", "/b"], Some("/c"), &[("/", "0"), ("/a", "0"), ("/b", "1")]);
        is(&["/a", "/"], Some("/c"), &[("/", "1"), ("/a", "0")]);
        is(&["/a", "/"], Some("/"), &[("/", "1"), ("/a", "0")]);
    }

    #[test]
    fn what_can_only_be_a_mistake_is_refused() {
        for directories in [&["/a", "a/"][..], &[".", "/"], &["/a/../b"]] {
            assert!(given(directories, None).is_err(), "{directories:?}");
        }
        assert!(given(&["/a", "/"], Some("/a")).unwrap_err().contains("`PWD`"));
    }

    #[test]
    fn a_path_leads_into_the_directory_that_it_names() {
        let config = InstanceConfig::new().directory("0", "/data", Access::ReadOnly).directory(
            "1",
            "/data/more",
            Access::ReadOnly,
        );
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
    fn a_descriptor_that_was_closed_stands_for_nothing() {
        let config = InstanceConfig::new().directory("0", "/data", Access::ReadOnly);
        let mut mounts = Mounts::of(&preopens(&config).unwrap());
        mounts.closed(ROOT + 1);
        let root = Some(Place::Below { fd: ROOT, skipped: 1 });
        assert_eq!(mounts.place(ROOT, b"/data/f"), root);
        mounts.closed(ROOT);
        assert_eq!(mounts.place(ROOT, b"/data/f"), None);
    }
}

//! Directories of a guest: where the paths lead that the guest passes to WASI (B014).

use std::fs;
use std::path::PathBuf;

use crate::support::load;
use polyreactor_host::{Access, CallError, Instance, InstanceConfig, InstantiateError};

/// Exports that pass a path, given by address and length, to the WASI functions that take one.
const GUEST: &str = r#"
    (import "wasi_snapshot_preview1" "path_open"
      (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_filestat_get"
      (func $stat (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_create_directory"
      (func $mkdir (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_remove_directory"
      (func $rmdir (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_unlink_file"
      (func $unlink (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_rename"
      (func $rename (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_symlink"
      (func $symlink (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_readlink"
      (func $readlink (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read"
      (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_readdir"
      (func $readdir (param i32 i32 i32 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_prestat_get"
      (func $prestat (param i32 i32) (result i32)))
    (func (export "_initialize"))
    (func (export "polyreactor_alloc") (param i32 i32) (result i32)
      (global.set $next (i32.add (global.get $next) (local.get 0)))
      (i32.sub (global.get $next) (local.get 0)))
    (func (export "polyreactor_free") (param i32 i32 i32))
    (global $next (mut i32) (i32.const 4096))
    (; returns the first byte of the file, or a negated errno ;)
    (func (export "first_byte") (param $fd i32) (param $path i32) (param $length i32) (result i32)
      (local $errno i32)
      (local.set $errno (call $open (local.get $fd) (i32.const 1) (local.get $path)
        (local.get $length) (i32.const 0) (i64.const 2) (i64.const 2) (i32.const 0) (i32.const 0)))
      (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
      (i32.store (i32.const 16) (i32.const 32))
      (i32.store (i32.const 20) (i32.const 1))
      (i32.store (i32.const 32) (i32.const 0))
      (local.set $errno (call $read (i32.load (i32.const 0)) (i32.const 16) (i32.const 1) (i32.const 24)))
      (drop (call $close (i32.load (i32.const 0))))
      (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
      (i32.load8_u (i32.const 32)))
    (; returns the size of the directory's listing in bytes, or a negated errno ;)
    (func (export "listed") (param $fd i32) (param $path i32) (param $length i32) (result i32)
      (local $errno i32)
      (local.set $errno (call $open (local.get $fd) (i32.const 1) (local.get $path)
        (local.get $length) (i32.const 2) (i64.const 0x4000) (i64.const 0x4000) (i32.const 0) (i32.const 0)))
      (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
      (local.set $errno (call $readdir (i32.load (i32.const 0)) (i32.const 1024) (i32.const 1024)
        (i64.const 0) (i32.const 24)))
      (drop (call $close (i32.load (i32.const 0))))
      (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
      (i32.load (i32.const 24)))
    (; returns the file type, or a negated errno ;)
    (func (export "kind") (param $fd i32) (param $path i32) (param $length i32) (result i32)
      (local $errno i32)
      (local.set $errno (call $stat (local.get $fd) (i32.const 1) (local.get $path)
        (local.get $length) (i32.const 64)))
      (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
      (i32.load8_u (i32.const 80)))
    (; opens a directory and returns its descriptor, or a negated errno ;)
    (func (export "keep") (param $fd i32) (param $path i32) (param $length i32) (result i32)
      (local $errno i32)
      (local.set $errno (call $open (local.get $fd) (i32.const 1) (local.get $path)
        (local.get $length) (i32.const 2) (i64.const 0x4000) (i64.const 0x4000) (i32.const 0) (i32.const 0)))
      (if (local.get $errno) (then (return (i32.sub (i32.const 0) (local.get $errno)))))
      (i32.load (i32.const 0)))
    (data (i32.const 128) "in.txt")
    (func (export "stat") (param i32 i32 i32 i32) (result i32)
      (call $stat (local.get 0) (i32.const 1) (local.get 1) (local.get 2) (local.get 3)))
    (func (export "grow") (drop (memory.grow (i32.const 1))))
    (func (export "mkdir") (param i32 i32 i32) (result i32)
      (call $mkdir (local.get 0) (local.get 1) (local.get 2)))
    (func (export "rmdir") (param i32 i32 i32) (result i32)
      (call $rmdir (local.get 0) (local.get 1) (local.get 2)))
    (func (export "unlink") (param i32 i32 i32) (result i32)
      (call $unlink (local.get 0) (local.get 1) (local.get 2)))
    (func (export "rename") (param i32 i32 i32 i32 i32) (result i32)
      (call $rename (local.get 0) (local.get 1) (local.get 2)
        (local.get 0) (local.get 3) (local.get 4)))
    (func (export "symlink") (param i32 i32 i32 i32 i32) (result i32)
      (call $symlink (local.get 1) (local.get 2) (local.get 0) (local.get 3) (local.get 4)))
    (func (export "readlink") (param i32 i32 i32) (result i32)
      (call $readlink (local.get 0) (local.get 1) (local.get 2) (i32.const 64) (i32.const 64)
        (i32.const 24)))
    (func (export "close") (param i32) (result i32) (call $close (local.get 0)))
    (func (export "directories") (result i32) (local $fd i32)
      (local.set $fd (i32.const 3))
      (loop $more (result i32)
        (if (call $prestat (local.get $fd) (i32.const 0))
          (then (return (i32.sub (local.get $fd) (i32.const 3)))))
        (local.set $fd (i32.add (local.get $fd) (i32.const 1)))
        (br $more)))"#;

/// Two directories with a file each, for as long as the test runs.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("polyreactor-paths-{}-{name}", std::process::id());
        let folder = Folder(std::env::temp_dir().join(name));
        for name in ["data", "more"] {
            fs::create_dir_all(folder.0.join(name)).unwrap();
            fs::write(folder.0.join(name).join("in.txt"), name).unwrap();
        }
        fs::write(folder.0.join("secret.txt"), "secret").unwrap();
        folder
    }

    fn instance(&self, given: &[(&str, &str)], env: &[(&str, &str)]) -> Instance {
        let mut config = InstanceConfig::new().no_timeout();
        for (host, guest) in given {
            config = config.directory(self.0.join(host), *guest, Access::ReadWrite);
        }
        config = env.iter().fold(config, |config, (name, value)| config.env(*name, *value));
        load(GUEST).unwrap().instantiate(&config).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

const DATA: i32 = b'd' as i32;
const MORE: i32 = b'm' as i32;

/// Errnos of WASI, negated.
const BADF: i32 = -8;
const EXIST: i32 = -20;
const BUSY: i32 = -10;
const INVAL: i32 = -28;
const NAMETOOLONG: i32 = -37;
const NOENT: i32 = -44;
const PERM: i32 = -63;

/// Calls an export with a descriptor and a path.
fn at(guest: &mut Instance, export: &str, fd: i32, path: &str) -> i32 {
    guest.call::<i32>(export, (fd, path)).unwrap()
}

#[track_caller]
fn finds(guest: &mut Instance, fd: i32, cases: &[(&str, i32)]) {
    for (path, is) in cases {
        assert_eq!(at(guest, "first_byte", fd, path), *is, "{path} of {fd}");
    }
}

#[test]
fn the_first_directory_is_the_root_and_keeps_its_own_path() {
    let folder = Folder::new("first");
    let mut guest = folder.instance(&[("data", "/data"), ("more", "/more")], &[]);
    assert_eq!(guest.call::<i32>("directories", ()).unwrap(), 3);
    let root = [
        ("in.txt", DATA),
        ("./in.txt", DATA),
        ("/in.txt", DATA),
        ("/data/in.txt", DATA),
        ("data/in.txt", DATA),
        ("/more/in.txt", MORE),
        ("more//./in.txt", MORE),
        ("/data/../more/in.txt", MORE),
        ("/secret.txt", NOENT),
        ("/data/../secret.txt", NOENT),
        ("../secret.txt", NOENT),
        ("/morein.txt", NOENT),
    ];
    finds(&mut guest, 3, &root);
    // Relative to the descriptor of another directory, paths begin there.
    finds(&mut guest, 5, &[("in.txt", MORE), ("/in.txt", PERM), ("data/in.txt", NOENT)]);
}

/// The directory above the root is the root, and `..` is resolved as Go's library does: as text.
#[test]
fn no_path_leads_above_the_root() {
    let folder = Folder::new("above");
    let mut guest = folder.instance(&[("data", "/data"), ("more", "/more")], &[]);
    let root = [
        ("../in.txt", DATA),
        ("/../../in.txt", DATA),
        ("/data/../in.txt", DATA),
        ("none/../in.txt", DATA),
        ("../more/in.txt", MORE),
        ("/more/../../secret.txt", NOENT),
    ];
    finds(&mut guest, 3, &root);
    // wasi-libc passes the rest of `/more/../in.txt` to the directory `/more`.
    finds(
        &mut guest,
        5,
        &[("../in.txt", DATA), ("../more/in.txt", MORE), ("../secret.txt", NOENT)],
    );
    assert_eq!(at(&mut guest, "kind", 3, "/.."), 3);
    assert!(at(&mut guest, "listed", 5, "..") > 0);
    // `..` of a directory that the guest has opened itself is WASI's.
    fs::create_dir(folder.0.join("data/sub")).unwrap();
    assert_eq!(at(&mut guest, "keep", 3, "sub"), 6);
    finds(&mut guest, 6, &[("../in.txt", PERM)]);
}

/// Results and paths whose addresses are not in the memory, and paths that no system has.
#[test]
fn invalid_addresses_and_long_paths_fail() {
    let folder = Folder::new("invalid");
    let mut guest = folder.instance(&[("data", "/data")], &[]);
    guest.call::<()>("grow", ()).unwrap();
    let too_long = (1 << 16) + 1;
    assert_eq!(guest.call::<i32>("stat", (3, 0, too_long, 64)).unwrap(), -NAMETOOLONG);
    for (path, length, stat) in [(-8, 4, 64), (0, 1 << 30, 64), (128, 6, -8), (128, 6, 65)] {
        let mut guest = folder.instance(&[("data", "/data")], &[]);
        let error = guest.call::<i32>("stat", (3, path, length, stat)).unwrap_err();
        assert!(matches!(error, CallError::Host { .. }), "{error:?}");
    }
}

#[test]
fn a_directory_given_as_the_root_is_the_root() {
    let folder = Folder::new("root");
    for root in ["/", ".", "", "./"] {
        let mut guest = folder.instance(&[("data", "/data"), ("more", root)], &[("PWD", "/home")]);
        assert_eq!(guest.call::<i32>("directories", ()).unwrap(), 2);
        finds(&mut guest, 3, &[("in.txt", MORE), ("/in.txt", MORE), ("/data/in.txt", DATA)]);
    }
    let mut guest = folder.instance(&[("data", "/data"), ("more", "/more")], &[("PWD", "/more")]);
    finds(&mut guest, 3, &[("in.txt", MORE), ("/data/in.txt", DATA), ("/more/in.txt", MORE)]);
}

/// A directory given as `/` contradicts a `PWD` that names another one.
#[test]
fn a_root_and_a_different_pwd_are_refused() {
    let folder = Folder::new("two-places");
    let config = InstanceConfig::new()
        .directory(folder.0.join("data"), "/data", Access::ReadOnly)
        .directory(folder.0.join("more"), "/", Access::ReadOnly)
        .env("PWD", "/data");
    let error = load(GUEST).unwrap().instantiate(&config).unwrap_err();
    assert!(matches!(error, InstantiateError::Directory { .. }), "{error}");
    assert!(error.to_string().contains("`PWD`"), "{error}");
}

#[test]
fn a_directory_is_found_by_its_own_path() {
    let folder = Folder::new("itself");
    let mut guest = folder.instance(&[("data", "/data"), ("more", "/more")], &[]);
    const DIRECTORY: i32 = 3;
    for path in ["/data", "data", "/more/", "/", "/./"] {
        assert_eq!(at(&mut guest, "kind", 3, path), DIRECTORY, "{path}");
        assert!(at(&mut guest, "listed", 3, path) > 0, "{path}");
    }
    // The directory exists, and can't be replaced or removed.
    for (export, is) in [("mkdir", EXIST), ("rmdir", BUSY), ("unlink", BUSY), ("readlink", INVAL)] {
        assert_eq!(-at(&mut guest, export, 3, "/more"), is, "{export}");
    }
    let rename = |guest: &mut Instance, from: &str, to: &str| {
        -guest.call::<i32>("rename", (3, from, to)).unwrap()
    };
    assert_eq!(rename(&mut guest, "/more", "/x"), BUSY);
    assert_eq!(rename(&mut guest, "/in.txt", "/more"), BUSY);
    assert_eq!(rename(&mut guest, "/in.txt", "/more/moved.txt"), 0);
    assert_eq!(fs::read(folder.0.join("more/moved.txt")).unwrap(), b"data");
    assert_eq!(guest.call::<i32>("symlink", (3, "moved.txt", "/more/link")).unwrap(), 0);
    assert_eq!(at(&mut guest, "readlink", 3, "/more/link"), 0);
    let content = [guest.read(24, 4).unwrap().to_vec(), guest.read(64, 9).unwrap().to_vec()];
    assert_eq!(content, [b"\x09\0\0\0".to_vec(), b"moved.txt".to_vec()]);
    finds(&mut guest, 3, &[("/more/link", DATA), ("/in.txt", NOENT)]);
    assert_eq!(at(&mut guest, "mkdir", 3, "/new"), 0);
    assert!(folder.0.join("data/new").is_dir());
}

/// The errno is `NOENT` instead of `BADF`, on which Zig's standard library panics.
#[test]
fn without_directories_no_path_is_found() {
    let folder = Folder::new("nothing");
    let mut guest = folder.instance(&[], &[]);
    assert_eq!(guest.call::<i32>("directories", ()).unwrap(), 0);
    for export in ["first_byte", "listed", "kind"] {
        for fd in [3, -1] {
            assert_eq!(at(&mut guest, export, fd, "in.txt"), NOENT, "{export}");
        }
        assert_eq!(at(&mut guest, export, 4, "in.txt"), BADF, "{export}");
    }
    // A guest that was given a directory and closed its descriptor gets `BADF`.
    let mut guest = folder.instance(&[("data", "/data")], &[]);
    assert_eq!(guest.call::<i32>("close", (3,)).unwrap(), 0);
    finds(&mut guest, 3, &[("in.txt", BADF), ("/data/in.txt", BADF)]);
    finds(&mut guest, 4, &[("in.txt", DATA)]);
}

#[test]
fn two_directories_of_one_path_are_refused() {
    let folder = Folder::new("twice");
    for (one, other) in [("/d", "d/"), ("/", "."), ("/a", "/b/../a")] {
        let config = InstanceConfig::new()
            .directory(folder.0.join("data"), one, Access::ReadOnly)
            .directory(folder.0.join("more"), other, Access::ReadOnly);
        let error = load(GUEST).unwrap().instantiate(&config).unwrap_err();
        assert!(matches!(error, InstantiateError::Directory { .. }), "{error}");
        assert!(error.to_string().contains(other), "{error}");
    }
}

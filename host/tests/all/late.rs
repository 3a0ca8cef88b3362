//! Waits outside of guest code, none of which may block a call for ever: pipes, the embedder's
//! readers and writers, sleeps on a virtual clock. Also the limit of open files.

use std::io::{self, Read, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use crate::support::load;
use polyreactor_host::{Access, CallError, Input, Instance, InstanceConfig, Output, Val};

const WASI: &str = r#"
    (import "wasi_snapshot_preview1" "path_open" (func $path_open
      (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write"
      (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "clock_time_get"
      (func $time (param i32 i64 i32) (result i32)))
    (data (i32.const 64) "filepipe")
    (func (export "_initialize"))
    (func $open (param i32) (result i32)
      (call $path_open (i32.const 3) (i32.const 0) (local.get 0) (i32.const 4) (i32.const 0)
        (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 32)))
    (func (export "file") (result i32) (call $open (i32.const 64)))
    (func (export "pipe") (result i32) (call $open (i32.const 68)))
    (func (export "close") (result i32) (call $fd_close (i32.load (i32.const 32))))
    (func $piece (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 4)))
    (func (export "read") (result i32) (call $piece)
      (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 32)))
    (func (export "write") (result i32) (call $piece)
      (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))
    (func (export "sleep") (param i64) (result i32)
      (i32.store (i32.const 1040) (i32.const 1))
      (i64.store (i32.const 1048) (local.get 0))
      (call $poll (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 32)))
    (func (export "polls") (param i32) (result i32)
      (call $poll (i32.const 0) (i32.const 0) (local.get 0) (i32.const 32)))
    (func (export "grow") (drop (memory.grow (i32.const 80))))
    (func (export "now") (result i64)
      (drop (call $time (i32.const 0) (i64.const 1) (i32.const 40)))
      (i64.load (i32.const 40)))"#;

const NOTSUP: [Val; 1] = [Val::S32(58)];
const MFILE: [Val; 1] = [Val::S32(33)];
const SUCCESS: [Val; 1] = [Val::S32(0)];

fn start(config: &InstanceConfig) -> Instance {
    load(WASI).unwrap().instantiate(config).unwrap()
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_directory_is_not_opened() {
    let folder = std::env::temp_dir().join(format!("polyreactor-late-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("file"), "here").unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap();
    assert!(made.success());
    for access in [Access::ReadOnly, Access::ReadWrite] {
        let config = InstanceConfig::new().directory(&folder, "/", access);
        let mut guest = start(&config);
        assert_eq!(guest.call_dynamic("pipe", &[]).unwrap().results, NOTSUP);
        assert_eq!(guest.call_dynamic("file", &[]).unwrap().results, SUCCESS);
    }
    files_are_counted(&folder);
    std::fs::remove_dir_all(&folder).unwrap();
}

fn files_are_counted(folder: &Path) {
    // The directory is one of the four.
    let config = InstanceConfig::new().directory(folder, "/", Access::ReadOnly).max_open_files(4);
    let mut guest = start(&config);
    for _ in 0..3 {
        assert_eq!(guest.call_dynamic("file", &[]).unwrap().results, SUCCESS);
    }
    assert_eq!(guest.call_dynamic("file", &[]).unwrap().results, MFILE);
    assert_eq!(guest.call_dynamic("close", &[]).unwrap().results, SUCCESS);
    assert_eq!(guest.call_dynamic("file", &[]).unwrap().results, SUCCESS);
    assert_eq!(guest.call_dynamic("file", &[]).unwrap().results, MFILE);
}

/// A writer that accepts all bytes, but takes longer than the call may.
struct Slow;

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        thread::sleep(Duration::from_millis(60));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_takes_too_long_is_a_timeout() {
    let config = InstanceConfig::new().stdout(Output::writer(Slow));
    let mut guest = start(&config.timeout(Duration::from_millis(30)));
    let error = guest.call_dynamic("write", &[]).unwrap_err();
    assert!(matches!(error, CallError::Timeout { .. }), "{error}");
    assert!(matches!(guest.call_dynamic("write", &[]), Err(CallError::Poisoned { .. })));
}

/// An incorrect reader: panics, or claims to have read more bytes than the buffer holds.
struct Broken {
    panics: bool,
}

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.panics {
            panic!("the embedder's reader");
        }
        Ok(buffer.len() + 1)
    }
}

#[test]
fn a_reader_that_is_broken_is_an_error_to_the_guest() {
    const IO: [Val; 1] = [Val::S32(29)];
    for panics in [true, false] {
        let config = InstanceConfig::new().no_timeout().stdin(Input::reader(Broken { panics }));
        let mut guest = start(&config);
        assert_eq!(guest.call_dynamic("read", &[]).unwrap().results, IO, "{panics}");
    }
}

#[test]
fn the_number_of_subscriptions_is_limited() {
    const EINVAL: [Val; 1] = [Val::S32(28)];
    let mut guest = start(&InstanceConfig::new());
    guest.call_dynamic("grow", &[]).unwrap();
    assert_eq!(guest.call_dynamic("polls", &[Val::S32(65_537)]).unwrap().results, EINVAL);
}

#[test]
fn an_endless_sleep_on_a_virtual_clock_ends_at_the_deadline() {
    let mut guest = start(&InstanceConfig::new().deterministic(1).no_timeout());
    assert_eq!(
        guest.call_dynamic("sleep", &[Val::S64(3_600_000_000_000)]).unwrap().results,
        SUCCESS
    );
    guest.set_timeout(Some(Duration::from_millis(30)));
    let error = guest.call_dynamic("sleep", &[Val::S64(-1)]).unwrap_err();
    assert!(matches!(error, CallError::Timeout { .. }), "{error}");
}

#[test]
fn a_virtual_clock_starts_at_the_given_time() {
    let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
    for (config, seconds) in [
        (InstanceConfig::new().deterministic(1), 946_684_800),
        (InstanceConfig::new().deterministic(1).start_time(at(1_700_000_000)), 1_700_000_000),
        (InstanceConfig::new().deterministic(1).start_time(at(0) - Duration::from_secs(1)), 0),
    ] {
        let [Val::S64(now)] = start(&config).call_dynamic("now", &[]).unwrap().results[..] else {
            panic!("`now` returns one number");
        };
        assert_eq!(now / 1_000_000_000, seconds);
    }
}

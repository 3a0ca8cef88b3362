//! The functions of WASI that may wait, served on the caller's thread and under its watch.
//!
//! wasmtime-wasi's own synchronous versions block on a tokio runtime, the ambient one where there
//! is one. Inside an async task tokio forbids that with a panic. Its functions themselves need no
//! runtime; what they wait for is a waker away.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use wasmtime::{AsContextMut, Caller, Extern, Linker, bail};
use wasmtime_wasi::p1::wasi_snapshot_preview1::{self as preview1, WasiSnapshotPreview1};
use wiggle::GuestMemory;

use super::MODULE;
use crate::instance::state::State;
use crate::interrupt::deadline::Watch;

/// Runs a future on this thread, until it is done or the call is to end.
fn wait<T>(watch: &Watch, future: impl Future<Output = T>) -> wasmtime::Result<T> {
    // The call's time is counted from here at the latest.
    watch.check()?;
    let mut future = pin!(future);
    // Most are done at once, and need no one to wake them.
    if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        // What took too long is too late, even if it is done.
        watch.check()?;
        return Ok(done);
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut done = None;
    watch.wait(None, None, || {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            done = Some(value);
        }
        done.is_some()
    })?;
    match done {
        Some(done) => Ok(done),
        None => bail!("a wait without an end ended"),
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Serves one of them.
macro_rules! serve {
    ($caller:ident, $name:ident($($value:expr),*)) => {{
        let Some(Extern::Memory(memory)) = $caller.get_export("memory") else {
            bail!("the guest has no memory");
        };
        let fuel = $caller.as_context_mut().hostcall_fuel();
        let (data, state) = memory.data_and_store_mut(&mut $caller);
        state.wasi.set_hostcall_fuel(fuel);
        let mut memory = GuestMemory::Unshared(data);
        let served = preview1::$name(&mut state.wasi, &mut memory $(, $value)*);
        wait(&state.watch, served)?
    }};
}

macro_rules! waiting {
    ($linker:ident: $($name:ident($($param:ident: $ty:ty),*);)*) => {$(
        $linker.func_wrap(
            MODULE,
            stringify!($name),
            |mut caller: Caller<'_, State> $(, $param: $ty)*| -> wasmtime::Result<i32> {
                serve!(caller, $name($($param),*))
            },
        )?;
    )*};
}

/// Defines them, in place of those that are there.
pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    waiting! { linker:
        fd_advise(fd: i32, offset: i64, length: i64, advice: i32);
        fd_datasync(fd: i32);
        fd_fdstat_get(fd: i32, stat: i32);
        fd_filestat_get(fd: i32, stat: i32);
        fd_filestat_set_size(fd: i32, size: i64);
        fd_filestat_set_times(fd: i32, accessed: i64, modified: i64, flags: i32);
        fd_pread(fd: i32, pieces: i32, count: i32, offset: i64, read: i32);
        fd_pwrite(fd: i32, pieces: i32, count: i32, offset: i64, written: i32);
        fd_read(fd: i32, pieces: i32, count: i32, read: i32);
        fd_readdir(fd: i32, buffer: i32, length: i32, cookie: i64, used: i32);
        fd_seek(fd: i32, offset: i64, whence: i32, position: i32);
        fd_sync(fd: i32);
        fd_write(fd: i32, pieces: i32, count: i32, written: i32);
        path_create_directory(fd: i32, path: i32, length: i32);
        path_filestat_get(fd: i32, flags: i32, path: i32, length: i32, stat: i32);
        path_filestat_set_times(
            fd: i32, flags: i32, path: i32, length: i32, accessed: i64, modified: i64, times: i32
        );
        path_link(
            old_fd: i32, flags: i32, old: i32, old_length: i32, new_fd: i32, new: i32,
            new_length: i32
        );
        path_readlink(fd: i32, path: i32, length: i32, buffer: i32, room: i32, used: i32);
        path_remove_directory(fd: i32, path: i32, length: i32);
        path_rename(old_fd: i32, old: i32, old_length: i32, fd: i32, new: i32, length: i32);
        path_symlink(old: i32, old_length: i32, fd: i32, new: i32, length: i32);
        path_unlink_file(fd: i32, path: i32, length: i32);
    }
    linker.func_wrap(MODULE, "fd_close", |mut caller: Caller<'_, State>, fd: i32| {
        let errno = serve!(caller, fd_close(fd))?;
        if errno == SUCCESS {
            caller.data_mut().files.closed();
        }
        Ok(errno)
    })?;
    linker.func_wrap(
        MODULE,
        "fd_renumber",
        |mut caller: Caller<'_, State>, from: i32, to: i32| {
            let errno = serve!(caller, fd_renumber(from, to))?;
            if errno == SUCCESS && from != to {
                caller.data_mut().files.closed();
            }
            Ok(errno)
        },
    )?;
    linker.func_wrap(MODULE, "path_open", path_open)?;
    Ok(())
}

const SUCCESS: i32 = 0;
const MFILE: i32 = 33;
const NOTSUP: i32 = 58;

/// Opens files and directories, and nothing else: a pipe may keep whoever opens or reads it, and
/// no deadline would end that.
#[expect(clippy::too_many_arguments, reason = "as WASI has them")]
fn path_open(
    mut caller: Caller<'_, State>,
    fd: i32,
    flags: i32,
    path: i32,
    length: i32,
    how: i32,
    rights: i64,
    inheriting: i64,
    fd_flags: i32,
    opened: i32,
) -> wasmtime::Result<i32> {
    if caller.data().files.is_full() {
        return Ok(MFILE);
    }
    if may_wait(&mut caller, fd, flags, path, length)? {
        return Ok(NOTSUP);
    }
    let errno = serve!(
        caller,
        path_open(fd, flags, path, length, how, rights, inheriting, fd_flags, opened)
    )?;
    if errno == SUCCESS {
        caller.data_mut().files.opened();
    }
    Ok(errno)
}

/// Whether there is something that is neither file nor directory. Where that can't be told, it is
/// for `path_open` to say why.
fn may_wait(
    caller: &mut Caller<'_, State>,
    fd: i32,
    flags: i32,
    path: i32,
    length: i32,
) -> wasmtime::Result<bool> {
    /// No system has longer ones.
    const LONGEST: usize = 1 << 16;
    /// A `filestat`, its alignment, and where in it the type stands.
    const SIZE: usize = 64;
    const ALIGN: usize = 8;
    const TYPE: usize = 16;
    /// `directory`, `regular_file`, `symbolic_link`.
    const PLAIN: [u8; 3] = [3, 4, 7];
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        bail!("the guest has no memory");
    };
    let fuel = caller.as_context_mut().hostcall_fuel();
    let (data, state) = memory.data_and_store_mut(caller);
    let (start, count) = (path as u32 as usize, length as u32 as usize);
    let name = data.get(start..start + count).filter(|name| name.len() <= LONGEST);
    let Some(name) = name else { return Ok(false) };
    // A memory of its own: the name, and behind it what is told of it.
    let mut aside = name.to_vec();
    let stat = count.next_multiple_of(ALIGN);
    aside.resize(stat + SIZE, 0);
    state.wasi.set_hostcall_fuel(fuel);
    let mut memory = GuestMemory::Unshared(&mut aside);
    let served = preview1::path_filestat_get(
        &mut state.wasi,
        &mut memory,
        fd,
        flags,
        0,
        length,
        stat as i32,
    );
    let errno = wait(&state.watch, served)??;
    Ok(errno == SUCCESS && !PLAIN.contains(&aside[stat + TYPE]))
}

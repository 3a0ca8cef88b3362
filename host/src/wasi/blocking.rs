//! The WASI functions that may wait, run on the thread of the call and under its deadline.
//!
//! wasmtime-wasi's own synchronous versions block on a tokio runtime, the ambient one if there is
//! one. Inside an async task tokio forbids that with a panic. wasmtime-wasi's async functions need
//! no runtime: this module polls their futures itself, with a waker that unparks the thread.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use wasmtime::{AsContextMut, Caller, Extern, Linker, bail};
use wasmtime_wasi::p1::wasi_snapshot_preview1::{self as preview1, WasiSnapshotPreview1};

use super::MODULE;
use crate::interrupt::deadline::Deadline;
use crate::wasi::WasiView;

/// Polls a future on this thread until it is ready, or until the deadline or a cancellation ends
/// the call.
pub(super) fn wait<T>(deadline: &Deadline, future: impl Future<Output = T>) -> wasmtime::Result<T> {
    // Starts the deadline of the call, if no check has done so yet.
    deadline.check()?;
    let mut future = pin!(future);
    // Most futures are ready at once, and need no waker.
    if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        // The poll may have blocked past the deadline: the call fails then, though it is ready.
        deadline.check()?;
        return Ok(done);
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut done = None;
    deadline.wait(None, None, || {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            done = Some(value);
        }
        done.is_some()
    })?;
    match done {
        Some(done) => Ok(done),
        None => bail!("a wait without a time limit returned before its future was ready"),
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Calls a function of wasmtime-wasi with the guest's memory and WASI state.
macro_rules! serve {
    ($caller:ident, $name:ident($($value:expr),*)) => {{
        let Some(Extern::Memory(memory)) = $caller.get_export("memory") else {
            bail!("the guest has no memory");
        };
        let fuel = $caller.as_context_mut().hostcall_fuel();
        let (data, state) = memory.data_and_store_mut(&mut $caller);
        let state = state.wasi_mut();
        state.ctx.set_hostcall_fuel(fuel);
        let mut memory = wiggle::GuestMemory::Unshared(data);
        let served = preview1::$name(&mut state.ctx, &mut memory $(, $value)*);
        wait(&state.deadline, served)?
    }};
}

/// Defines functions that only pass their arguments on.
macro_rules! waiting {
    ($linker:ident: $($name:ident($($param:ident: $ty:ty),*);)*) => {$(
        $linker.func_wrap(
            MODULE,
            stringify!($name),
            |mut caller: Caller<'_, T> $(, $param: $ty)*| -> wasmtime::Result<i32> {
                serve!(caller, $name($($param),*))
            },
        )?;
    )*};
}

/// Defines the functions, in place of wasmtime-wasi's synchronous versions.
pub(super) fn add_to_linker<T: WasiView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
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
    }
    linker.func_wrap(MODULE, "fd_close", |mut caller: Caller<'_, T>, fd: i32| {
        let errno = serve!(caller, fd_close(fd))?;
        if errno == SUCCESS {
            caller.data_mut().wasi_mut().files.closed();
            caller.data_mut().wasi_mut().mounts.closed(fd);
        }
        Ok(errno)
    })?;
    linker.func_wrap(MODULE, "fd_renumber", |mut caller: Caller<'_, T>, from: i32, to: i32| {
        let errno = serve!(caller, fd_renumber(from, to))?;
        if errno == SUCCESS && from != to {
            caller.data_mut().wasi_mut().files.closed();
            caller.data_mut().wasi_mut().mounts.closed(from);
            caller.data_mut().wasi_mut().mounts.closed(to);
        }
        Ok(errno)
    })?;
    Ok(())
}

const SUCCESS: i32 = 0;

//! The functions of WASI that take a path, each handed on to the directory that its path leads to
//! (see [`Mounts`](super::mounts::Mounts)).

use wasmtime::{AsContextMut, Caller, Extern, Linker, bail};
use wasmtime_wasi::p1::wasi_snapshot_preview1::{self as preview1, WasiSnapshotPreview1};
use wiggle::GuestMemory;

use super::MODULE;
use super::blocking::{serve, wait};
use super::mounts::{Place, ROOT};
use crate::instance::state::State;

const SUCCESS: i32 = 0;
const BADF: i32 = 8;
const BUSY: i32 = 10;
const EXIST: i32 = 20;
const FAULT: i32 = 21;
const INVAL: i32 = 28;
const MFILE: i32 = 33;
const NOENT: i32 = 44;
const NOTSUP: i32 = 58;

/// A path as WASI has it, where it leads: a descriptor, an address and a length.
enum Led {
    To(i32, i32, i32),
    /// To a directory itself, for which the guest's memory may hold no path.
    Directory(i32),
}

fn lead(caller: &mut Caller<'_, State>, fd: i32, path: i32, length: i32) -> Led {
    let as_it_is = Led::To(fd, path, length);
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else { return as_it_is };
    let (start, count) = (path as u32 as usize, length as u32 as usize);
    let Some(bytes) = memory.data(&*caller).get(start..).and_then(|rest| rest.get(..count)) else {
        return as_it_is;
    };
    match caller.data().mounts.place(fd, bytes) {
        None => as_it_is,
        Some(Place::Itself { fd }) => Led::Directory(fd),
        Some(Place::Below { fd, skipped }) => {
            // It fits: what is skipped is part of the path.
            let skipped = skipped as i32;
            Led::To(fd, path.wrapping_add(skipped), length - skipped)
        }
    }
}

/// Where a guest was given no directory, there is none to be found in the first one. Zig takes the
/// truth, that there is no such descriptor, for a fault of its own, and panics.
fn found(caller: &Caller<'_, State>, fd: i32, errno: i32) -> i32 {
    let is_root = fd == ROOT || fd == -1;
    match errno {
        BADF if is_root && caller.data().mounts.is_empty() => NOENT,
        other => other,
    }
}

/// Serves functions of one path; the number behind each is what a guest is told of a directory that
/// it was given.
macro_rules! paths {
    ($linker:ident: $(
        $name:ident($($before:ident: i32)?; $($after:ident: $ty:ty),*) else $of_directory:expr;
    )*) => {$(
        $linker.func_wrap(
            MODULE,
            stringify!($name),
            |mut caller: Caller<'_, State>,
             fd: i32,
             $($before: i32,)?
             path: i32,
             length: i32
             $(, $after: $ty)*|
             -> wasmtime::Result<i32> {
                let Led::To(to, path, length) = lead(&mut caller, fd, path, length) else {
                    return Ok($of_directory);
                };
                let errno = serve!(caller, $name(to, $($before,)? path, length $(, $after)*))?;
                Ok(found(&caller, fd, errno))
            },
        )?;
    )*};
}

/// Defines them, in place of those that are there.
pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    paths! { linker:
        path_create_directory(;) else EXIST;
        path_filestat_set_times(flags: i32; accessed: i64, modified: i64, times: i32) else NOTSUP;
        path_readlink(; buffer: i32, room: i32, used: i32) else INVAL;
        path_remove_directory(;) else BUSY;
        path_unlink_file(;) else BUSY;
    }
    linker.func_wrap(MODULE, "path_filestat_get", path_filestat_get)?;
    linker.func_wrap(MODULE, "path_link", path_link)?;
    linker.func_wrap(MODULE, "path_open", path_open)?;
    linker.func_wrap(MODULE, "path_rename", path_rename)?;
    linker.func_wrap(MODULE, "path_symlink", path_symlink)?;
    Ok(())
}

/// Where the memory beside the guest's holds the path `.`, and behind it what is answered.
const DOT: i32 = 0;
const ANSWER: i32 = 8;

/// Serves a function with the path of a directory itself, and copies what it answers, in so many
/// bytes, to an address of the guest's.
macro_rules! serve_directory {
    ($caller:ident, $size:expr, $address:ident, $name:ident($($value:expr),*)) => {{
        let Some(Extern::Memory(memory)) = $caller.get_export("memory") else {
            bail!("the guest has no memory");
        };
        let mut aside = [0_u8; ANSWER as usize + $size];
        aside[DOT as usize] = b'.';
        let fuel = $caller.as_context_mut().hostcall_fuel();
        let (data, state) = memory.data_and_store_mut(&mut $caller);
        state.wasi.set_hostcall_fuel(fuel);
        let mut beside = GuestMemory::Unshared(&mut aside);
        let errno = wait(&state.watch, preview1::$name(&mut state.wasi, &mut beside $(, $value)*))??;
        let place = data.get_mut($address as u32 as usize..).and_then(|rest| rest.get_mut(..$size));
        match place {
            None => FAULT,
            Some(place) => {
                if errno == SUCCESS {
                    place.copy_from_slice(&aside[ANSWER as usize..]);
                }
                errno
            }
        }
    }};
}

fn path_filestat_get(
    mut caller: Caller<'_, State>,
    fd: i32,
    flags: i32,
    path: i32,
    length: i32,
    stat: i32,
) -> wasmtime::Result<i32> {
    const SIZE: usize = 64;
    let errno = match lead(&mut caller, fd, path, length) {
        Led::To(fd, path, length) => {
            serve!(caller, path_filestat_get(fd, flags, path, length, stat))?
        }
        Led::Directory(fd) => {
            serve_directory!(caller, SIZE, stat, path_filestat_get(fd, flags, DOT, 1, ANSWER))
        }
    };
    Ok(found(&caller, fd, errno))
}

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
    const SIZE: usize = 4;
    if caller.data().files.is_full() {
        return Ok(MFILE);
    }
    let errno = match lead(&mut caller, fd, path, length) {
        Led::To(fd, path, length) => {
            if may_wait(&mut caller, fd, flags, path, length)? {
                return Ok(NOTSUP);
            }
            serve!(
                caller,
                path_open(fd, flags, path, length, how, rights, inheriting, fd_flags, opened)
            )?
        }
        Led::Directory(fd) => serve_directory!(
            caller,
            SIZE,
            opened,
            path_open(fd, flags, DOT, 1, how, rights, inheriting, fd_flags, ANSWER)
        ),
    };
    if errno == SUCCESS {
        caller.data_mut().files.opened();
    }
    Ok(found(&caller, fd, errno))
}

#[expect(clippy::too_many_arguments, reason = "as WASI has them")]
fn path_link(
    mut caller: Caller<'_, State>,
    old_fd: i32,
    flags: i32,
    old: i32,
    old_length: i32,
    new_fd: i32,
    new: i32,
    new_length: i32,
) -> wasmtime::Result<i32> {
    let Led::To(from, old, old_length) = lead(&mut caller, old_fd, old, old_length) else {
        return Ok(BUSY);
    };
    let Led::To(to, new, new_length) = lead(&mut caller, new_fd, new, new_length) else {
        return Ok(EXIST);
    };
    let errno = serve!(caller, path_link(from, flags, old, old_length, to, new, new_length))?;
    Ok(found(&caller, old_fd, errno))
}

fn path_rename(
    mut caller: Caller<'_, State>,
    old_fd: i32,
    old: i32,
    old_length: i32,
    new_fd: i32,
    new: i32,
    new_length: i32,
) -> wasmtime::Result<i32> {
    let Led::To(from, old, old_length) = lead(&mut caller, old_fd, old, old_length) else {
        return Ok(BUSY);
    };
    let Led::To(to, new, new_length) = lead(&mut caller, new_fd, new, new_length) else {
        return Ok(BUSY);
    };
    let errno = serve!(caller, path_rename(from, old, old_length, to, new, new_length))?;
    Ok(found(&caller, old_fd, errno))
}

/// What a link says is not looked at before someone follows it.
fn path_symlink(
    mut caller: Caller<'_, State>,
    old: i32,
    old_length: i32,
    fd: i32,
    new: i32,
    length: i32,
) -> wasmtime::Result<i32> {
    let Led::To(to, new, length) = lead(&mut caller, fd, new, length) else { return Ok(EXIST) };
    let errno = serve!(caller, path_symlink(old, old_length, to, new, length))?;
    Ok(found(&caller, fd, errno))
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

//! The WASI functions that take a path, each redirected to the directory that its path leads into
//! (see [`Mounts`](super::mounts::Mounts)).

use wasmtime::{AsContextMut, Caller, Extern, Linker, bail};
use wasmtime_wasi::p1::wasi_snapshot_preview1::{self as preview1, WasiSnapshotPreview1};
use wiggle::GuestMemory;

use super::MODULE;
use super::blocking::{serve, wait};
use super::mounts::{Place, ROOT};
use crate::wasi::WasiView;

const SUCCESS: i32 = 0;
const BADF: i32 = 8;
const BUSY: i32 = 10;
const EXIST: i32 = 20;
const FAULT: i32 = 21;
const INVAL: i32 = 28;
const MFILE: i32 = 33;
const NOENT: i32 = 44;
const NOTSUP: i32 = 58;

/// The path argument of a WASI function after redirection.
enum Redirected {
    /// The descriptor of a directory, and the address and length of the path below it.
    Below(i32, i32, i32),
    /// The descriptor of the directory that the path names itself. The guest's memory may hold no
    /// path `.` for it.
    Directory(i32),
}

/// Redirects a path. An invalid address or length is kept, for wasmtime-wasi to report.
fn redirect(caller: &mut Caller<'_, impl WasiView>, fd: i32, path: i32, length: i32) -> Redirected {
    let unchanged = Redirected::Below(fd, path, length);
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else { return unchanged };
    let (start, count) = (path as u32 as usize, length as u32 as usize);
    let Some(bytes) = memory.data(&*caller).get(start..).and_then(|rest| rest.get(..count)) else {
        return unchanged;
    };
    match caller.data().wasi().mounts.place(fd, bytes) {
        None => unchanged,
        Some(Place::Itself { fd }) => Redirected::Directory(fd),
        Some(Place::Below { fd, skipped }) => {
            // The cast fits: the skipped bytes are part of the path.
            let skipped = skipped as i32;
            Redirected::Below(fd, path.wrapping_add(skipped), length - skipped)
        }
    }
}

/// Turns the errno `BADF` into `NOENT` where the guest was given no directory and uses the
/// descriptor of the first one: Zig takes `BADF` for a bug of its own, and panics.
fn without_directories(caller: &Caller<'_, impl WasiView>, fd: i32, errno: i32) -> i32 {
    let is_root = fd == ROOT || fd == -1;
    match errno {
        BADF if is_root && caller.data().wasi().mounts.is_empty() => NOENT,
        other => other,
    }
}

/// Defines functions with one path. The value after `else` is the errno if the path names a given
/// directory itself.
macro_rules! paths {
    ($linker:ident: $(
        $name:ident($($before:ident: i32)?; $($after:ident: $ty:ty),*) else $of_directory:expr;
    )*) => {$(
        $linker.func_wrap(
            MODULE,
            stringify!($name),
            |mut caller: Caller<'_, T>,
             fd: i32,
             $($before: i32,)?
             path: i32,
             length: i32
             $(, $after: $ty)*|
             -> wasmtime::Result<i32> {
                let redirected = redirect(&mut caller, fd, path, length);
                let Redirected::Below(to, path, length) = redirected else {
                    return Ok($of_directory);
                };
                let errno = serve!(caller, $name(to, $($before,)? path, length $(, $after)*))?;
                Ok(without_directories(&caller, fd, errno))
            },
        )?;
    )*};
}

/// Defines the functions, in place of wasmtime-wasi's synchronous versions.
pub(super) fn add_to_linker<T: WasiView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    paths! { linker:
        path_create_directory(;) else EXIST;
        path_filestat_set_times(flags: i32; accessed: i64, modified: i64, times: i32) else NOTSUP;
        path_readlink(; buffer: i32, room: i32, used: i32) else INVAL;
        path_remove_directory(;) else BUSY;
        path_unlink_file(;) else BUSY;
    }
    linker.func_wrap(MODULE, "path_filestat_get", path_filestat_get::<T>)?;
    linker.func_wrap(MODULE, "path_link", path_link::<T>)?;
    linker.func_wrap(MODULE, "path_open", path_open::<T>)?;
    linker.func_wrap(MODULE, "path_rename", path_rename::<T>)?;
    linker.func_wrap(MODULE, "path_symlink", path_symlink::<T>)?;
    Ok(())
}

/// The addresses of the path `.` and of the result in the scratch memory of `serve_directory`.
const DOT: i32 = 0;
const RESULT: i32 = 8;

/// Calls a function of wasmtime-wasi with a directory itself as its path: with a scratch memory
/// that holds `.`, from which the result (`$size` bytes) is copied to `$address` in the guest's
/// memory.
macro_rules! serve_directory {
    ($caller:ident, $size:expr, $address:ident, $name:ident($($value:expr),*)) => {{
        let Some(Extern::Memory(memory)) = $caller.get_export("memory") else {
            bail!("the guest has no memory");
        };
        let mut scratch = [0_u8; RESULT as usize + $size];
        scratch[DOT as usize] = b'.';
        let fuel = $caller.as_context_mut().hostcall_fuel();
        let (data, state) = memory.data_and_store_mut(&mut $caller);
        let state = state.wasi_mut();
        state.ctx.set_hostcall_fuel(fuel);
        let mut memory = GuestMemory::Unshared(&mut scratch);
        let served = preview1::$name(&mut state.ctx, &mut memory $(, $value)*);
        let errno = wait(&state.deadline, served)??;
        let place = data.get_mut($address as u32 as usize..).and_then(|rest| rest.get_mut(..$size));
        match place {
            None => FAULT,
            Some(place) => {
                if errno == SUCCESS {
                    place.copy_from_slice(&scratch[RESULT as usize..]);
                }
                errno
            }
        }
    }};
}

fn path_filestat_get<T: WasiView>(
    mut caller: Caller<'_, T>,
    fd: i32,
    flags: i32,
    path: i32,
    length: i32,
    stat: i32,
) -> wasmtime::Result<i32> {
    const SIZE: usize = 64;
    let errno = match redirect(&mut caller, fd, path, length) {
        Redirected::Below(fd, path, length) => {
            serve!(caller, path_filestat_get(fd, flags, path, length, stat))?
        }
        Redirected::Directory(fd) => {
            serve_directory!(caller, SIZE, stat, path_filestat_get(fd, flags, DOT, 1, RESULT))
        }
    };
    Ok(without_directories(&caller, fd, errno))
}

/// Opens files and directories, and nothing else: opening or reading a pipe or a device may block
/// for ever, and no deadline would end that.
#[expect(clippy::too_many_arguments, reason = "as WASI has them")]
fn path_open<T: WasiView>(
    mut caller: Caller<'_, T>,
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
    if caller.data().wasi().files.is_full() {
        return Ok(MFILE);
    }
    let errno = match redirect(&mut caller, fd, path, length) {
        Redirected::Below(fd, path, length) => {
            if is_special(&mut caller, fd, flags, path, length)? {
                return Ok(NOTSUP);
            }
            serve!(
                caller,
                path_open(fd, flags, path, length, how, rights, inheriting, fd_flags, opened)
            )?
        }
        Redirected::Directory(fd) => serve_directory!(
            caller,
            SIZE,
            opened,
            path_open(fd, flags, DOT, 1, how, rights, inheriting, fd_flags, RESULT)
        ),
    };
    if errno == SUCCESS {
        caller.data_mut().wasi_mut().files.opened();
    }
    Ok(without_directories(&caller, fd, errno))
}

#[expect(clippy::too_many_arguments, reason = "as WASI has them")]
fn path_link<T: WasiView>(
    mut caller: Caller<'_, T>,
    old_fd: i32,
    flags: i32,
    old: i32,
    old_length: i32,
    new_fd: i32,
    new: i32,
    new_length: i32,
) -> wasmtime::Result<i32> {
    let Redirected::Below(from, old, old_length) = redirect(&mut caller, old_fd, old, old_length)
    else {
        return Ok(BUSY);
    };
    let Redirected::Below(to, new, new_length) = redirect(&mut caller, new_fd, new, new_length)
    else {
        return Ok(EXIST);
    };
    let errno = serve!(caller, path_link(from, flags, old, old_length, to, new, new_length))?;
    Ok(without_directories(&caller, old_fd, errno))
}

fn path_rename<T: WasiView>(
    mut caller: Caller<'_, T>,
    old_fd: i32,
    old: i32,
    old_length: i32,
    new_fd: i32,
    new: i32,
    new_length: i32,
) -> wasmtime::Result<i32> {
    let Redirected::Below(from, old, old_length) = redirect(&mut caller, old_fd, old, old_length)
    else {
        return Ok(BUSY);
    };
    let Redirected::Below(to, new, new_length) = redirect(&mut caller, new_fd, new, new_length)
    else {
        return Ok(BUSY);
    };
    let errno = serve!(caller, path_rename(from, old, old_length, to, new, new_length))?;
    Ok(without_directories(&caller, old_fd, errno))
}

/// Redirects the path of the link only. Its content is stored as it is, and resolved when the link
/// is followed.
fn path_symlink<T: WasiView>(
    mut caller: Caller<'_, T>,
    old: i32,
    old_length: i32,
    fd: i32,
    new: i32,
    length: i32,
) -> wasmtime::Result<i32> {
    let Redirected::Below(to, new, length) = redirect(&mut caller, fd, new, length) else {
        return Ok(EXIST);
    };
    let errno = serve!(caller, path_symlink(old, old_length, to, new, length))?;
    Ok(without_directories(&caller, fd, errno))
}

/// Whether the path names something that is neither a file, a directory nor a symbolic link. False
/// if the stat fails: `path_open` then creates the file, or reports why it can't be opened.
fn is_special(
    caller: &mut Caller<'_, impl WasiView>,
    fd: i32,
    flags: i32,
    path: i32,
    length: i32,
) -> wasmtime::Result<bool> {
    /// The longest path that is checked, in bytes; no system has longer ones.
    const MAX_LENGTH: usize = 1 << 16;
    /// Size and alignment of a `filestat`, and the offset of the file type in it.
    const SIZE: usize = 64;
    const ALIGN: usize = 8;
    const TYPE: usize = 16;
    /// The file types `directory`, `regular_file` and `symbolic_link`.
    const PLAIN: [u8; 3] = [3, 4, 7];
    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
        bail!("the guest has no memory");
    };
    let fuel = caller.as_context_mut().hostcall_fuel();
    let (data, state) = memory.data_and_store_mut(caller);
    let state = state.wasi_mut();
    let (start, count) = (path as u32 as usize, length as u32 as usize);
    let name = data.get(start..start + count).filter(|name| name.len() <= MAX_LENGTH);
    let Some(name) = name else { return Ok(false) };
    // A scratch memory: the path, followed by the `filestat`.
    let mut scratch = name.to_vec();
    let stat = count.next_multiple_of(ALIGN);
    scratch.resize(stat + SIZE, 0);
    state.ctx.set_hostcall_fuel(fuel);
    let mut memory = GuestMemory::Unshared(&mut scratch);
    let served =
        preview1::path_filestat_get(&mut state.ctx, &mut memory, fd, flags, 0, length, stat as i32);
    let errno = wait(&state.deadline, served)??;
    Ok(errno == SUCCESS && !PLAIN.contains(&scratch[stat + TYPE]))
}

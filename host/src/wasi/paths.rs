//! The WASI functions that take a path, each redirected to the directory that its path leads into
//! (see [`Mounts`](super::mounts::Mounts)).
//!
//! wasmtime-wasi gets a scratch memory, which holds the resolved paths and takes the result: the
//! guest's memory holds the paths as the guest wrote them.

use wasmtime::{AsContextMut, Caller, Extern, Linker, bail};
use wasmtime_wasi::p1::wasi_snapshot_preview1::{self as preview1, WasiSnapshotPreview1};
use wiggle::{GuestError, GuestMemory, Region};

use super::MODULE;
use super::blocking::wait;
use super::mounts::{Place, ROOT};
use crate::wasi::WasiView;

const SUCCESS: i32 = 0;
const BADF: i32 = 8;
const BUSY: i32 = 10;
const EXIST: i32 = 20;
const INVAL: i32 = 28;
const MFILE: i32 = 33;
const NAMETOOLONG: i32 = 37;
const NOENT: i32 = 44;
const NOTSUP: i32 = 58;

/// A path argument of a WASI function.
enum Resolved {
    /// The descriptor of a directory, and the path below it.
    Below(i32, Vec<u8>),
    /// The descriptor of the directory that the path names itself.
    Directory(i32),
    TooLong,
}

impl Resolved {
    /// A descriptor and a path; the errno `of_directory` if the path names a directory itself.
    fn or(self, of_directory: i32) -> Result<(i32, Vec<u8>), i32> {
        match self {
            Resolved::Below(fd, path) => Ok((fd, path)),
            Resolved::Directory(_) => Err(of_directory),
            Resolved::TooLong => Err(NAMETOOLONG),
        }
    }

    /// A descriptor and a path, which is `.` if it names a directory itself.
    fn or_dot(self) -> Result<(i32, Vec<u8>), i32> {
        match self {
            Resolved::Directory(fd) => Ok((fd, b".".to_vec())),
            other => other.or(INVAL),
        }
    }
}

/// The value of an `Ok`; an errno is what the function returns.
macro_rules! or_errno {
    ($resolved:expr) => {
        match $resolved {
            Ok(resolved) => resolved,
            Err(errno) => return Ok(errno),
        }
    };
}

/// Reads a path from the guest's memory, and resolves it. An address that is out of bounds is a
/// trap, as in wasmtime-wasi.
fn resolve(
    caller: &mut Caller<'_, impl WasiView>,
    fd: i32,
    path: i32,
    length: i32,
) -> wasmtime::Result<Resolved> {
    /// The longest path, in bytes; no system has longer ones.
    const MAX_LENGTH: u32 = 1 << 16;
    let region = Region { start: path as u32, len: length as u32 };
    let memory = memory(caller)?;
    let (start, count) = (region.start as usize, region.len as usize);
    let bytes = memory.data(&*caller).get(start..).and_then(|rest| rest.get(..count));
    let bytes = bytes.ok_or(GuestError::PtrOutOfBounds(region))?;
    if region.len > MAX_LENGTH {
        return Ok(Resolved::TooLong);
    }
    Ok(match caller.data().wasi().mounts.place(fd, bytes) {
        None => Resolved::Below(fd, bytes.to_vec()),
        Some(Place::Itself { fd }) => Resolved::Directory(fd),
        Some(Place::Below { fd, path }) => Resolved::Below(fd, path),
    })
}

fn memory(caller: &mut Caller<'_, impl WasiView>) -> wasmtime::Result<wasmtime::Memory> {
    match caller.get_export("memory") {
        Some(Extern::Memory(memory)) => Ok(memory),
        _ => bail!("the guest has no memory"),
    }
}

/// Writes a result to the guest's memory. An address that is misaligned or out of bounds is a trap,
/// as in wasmtime-wasi.
fn write(
    caller: &mut Caller<'_, impl WasiView>,
    address: i32,
    align: usize,
    bytes: &[u8],
) -> wasmtime::Result<()> {
    let memory = memory(caller)?;
    // The cast fits: a result is smaller than the guest's memory.
    let region = Region { start: address as u32, len: bytes.len() as u32 };
    let start = region.start as usize;
    let place = memory.data_mut(caller).get_mut(start..);
    let place = place.and_then(|rest| rest.get_mut(..bytes.len()));
    let place = place.ok_or(GuestError::PtrOutOfBounds(region))?;
    if !start.is_multiple_of(align) {
        return Err(GuestError::PtrNotAligned(region, align as u32).into());
    }
    place.copy_from_slice(bytes);
    Ok(())
}

/// Calls a function of wasmtime-wasi with the scratch memory.
macro_rules! serve {
    ($caller:ident, $scratch:ident, $name:ident($($value:expr),*)) => {{
        let fuel = $caller.as_context_mut().hostcall_fuel();
        let state = $caller.data_mut().wasi_mut();
        state.ctx.set_hostcall_fuel(fuel);
        let mut memory = GuestMemory::Unshared(&mut $scratch);
        let served = preview1::$name(&mut state.ctx, &mut memory $(, $value)*);
        wait(&state.deadline, served)??
    }};
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

/// Defines functions with one path and without a result. The value after `else` is the errno if the
/// path names a given directory itself.
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
                let resolved = resolve(&mut caller, fd, path, length)?;
                let (to, mut path) = or_errno!(resolved.or($of_directory));
                let length = path.len() as i32;
                let errno = serve!(caller, path, $name(to, $($before,)? 0, length $(, $after)*));
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
        path_remove_directory(;) else BUSY;
        path_unlink_file(;) else BUSY;
    }
    linker.func_wrap(MODULE, "path_filestat_get", path_filestat_get::<T>)?;
    linker.func_wrap(MODULE, "path_link", path_link::<T>)?;
    linker.func_wrap(MODULE, "path_open", path_open::<T>)?;
    linker.func_wrap(MODULE, "path_readlink", path_readlink::<T>)?;
    linker.func_wrap(MODULE, "path_rename", path_rename::<T>)?;
    linker.func_wrap(MODULE, "path_symlink", path_symlink::<T>)?;
    Ok(())
}

/// A `filestat` of WASI: its size, its alignment, and the offset of the file type in it.
const FILESTAT: usize = 64;
const FILESTAT_ALIGN: usize = 8;
const FILE_TYPE: usize = 16;

fn path_filestat_get<T: WasiView>(
    mut caller: Caller<'_, T>,
    fd: i32,
    flags: i32,
    path: i32,
    length: i32,
    stat: i32,
) -> wasmtime::Result<i32> {
    let (to, path) = or_errno!(resolve(&mut caller, fd, path, length)?.or_dot());
    let (errno, result) = filestat(&mut caller, to, flags, &path)?;
    if errno == SUCCESS {
        write(&mut caller, stat, FILESTAT_ALIGN, &result)?;
    }
    Ok(without_directories(&caller, fd, errno))
}

/// The errno of `path_filestat_get`, and the `filestat`.
fn filestat<T: WasiView>(
    caller: &mut Caller<'_, T>,
    fd: i32,
    flags: i32,
    path: &[u8],
) -> wasmtime::Result<(i32, Vec<u8>)> {
    let mut scratch = vec![0; FILESTAT];
    scratch.extend(path);
    let (at, length) = (FILESTAT as i32, path.len() as i32);
    let errno = serve!(caller, scratch, path_filestat_get(fd, flags, at, length, 0));
    scratch.truncate(FILESTAT);
    Ok((errno, scratch))
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
    /// Size and alignment of a descriptor.
    const SIZE: usize = 4;
    /// The file types `directory`, `regular_file` and `symbolic_link`.
    const PLAIN: [u8; 3] = [3, 4, 7];
    if caller.data().wasi().files.is_full() {
        return Ok(MFILE);
    }
    let (to, path) = or_errno!(resolve(&mut caller, fd, path, length)?.or_dot());
    // If the stat fails, `path_open` creates the file, or reports why it can't be opened.
    let (errno, stat) = filestat(&mut caller, to, flags, &path)?;
    if errno == SUCCESS && !PLAIN.contains(&stat[FILE_TYPE]) {
        return Ok(NOTSUP);
    }
    let mut scratch = vec![0; SIZE];
    scratch.extend(&path);
    let (at, length) = (SIZE as i32, path.len() as i32);
    let errno = serve!(
        caller,
        scratch,
        path_open(to, flags, at, length, how, rights, inheriting, fd_flags, 0)
    );
    if errno == SUCCESS {
        caller.data_mut().wasi_mut().files.opened();
        write(&mut caller, opened, SIZE, &scratch[..SIZE])?;
    }
    Ok(without_directories(&caller, fd, errno))
}

fn path_readlink<T: WasiView>(
    mut caller: Caller<'_, T>,
    fd: i32,
    path: i32,
    length: i32,
    buffer: i32,
    room: i32,
    used: i32,
) -> wasmtime::Result<i32> {
    /// The most bytes of a link's content that are read; no system has longer paths.
    const MAX_CONTENT: u32 = 1 << 16;
    /// Size and alignment of a length.
    const SIZE: usize = 4;
    let (to, path) = or_errno!(resolve(&mut caller, fd, path, length)?.or(INVAL));
    let room = (room as u32).min(MAX_CONTENT);
    // The length of the content, the content, and the path.
    let mut scratch = vec![0; SIZE + room as usize];
    scratch.extend(&path);
    let (content, at) = (SIZE as i32, (SIZE as u32 + room) as i32);
    let length = path.len() as i32;
    let errno = serve!(caller, scratch, path_readlink(to, at, length, content, room as i32, 0));
    if errno == SUCCESS {
        let (count, content) = scratch.split_at(SIZE);
        let written = u32::from_le_bytes([count[0], count[1], count[2], count[3]]);
        write(&mut caller, buffer, 1, &content[..written as usize])?;
        write(&mut caller, used, SIZE, count)?;
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
    let (from, mut scratch) = or_errno!(resolve(&mut caller, old_fd, old, old_length)?.or(BUSY));
    let (to, new) = or_errno!(resolve(&mut caller, new_fd, new, new_length)?.or(EXIST));
    let (middle, length) = (scratch.len() as i32, new.len() as i32);
    scratch.extend(new);
    let errno = serve!(caller, scratch, path_link(from, flags, 0, middle, to, middle, length));
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
    let (from, mut scratch) = or_errno!(resolve(&mut caller, old_fd, old, old_length)?.or(BUSY));
    let (to, new) = or_errno!(resolve(&mut caller, new_fd, new, new_length)?.or(BUSY));
    let (middle, length) = (scratch.len() as i32, new.len() as i32);
    scratch.extend(new);
    let errno = serve!(caller, scratch, path_rename(from, 0, middle, to, middle, length));
    Ok(without_directories(&caller, old_fd, errno))
}

/// Resolves the path of the link only. Its content is stored as it is, and resolved when the link
/// is followed.
fn path_symlink<T: WasiView>(
    mut caller: Caller<'_, T>,
    old: i32,
    old_length: i32,
    fd: i32,
    new: i32,
    length: i32,
) -> wasmtime::Result<i32> {
    let (to, new) = or_errno!(resolve(&mut caller, fd, new, length)?.or(EXIST));
    // No descriptor: the content is read as it is.
    let content = resolve(&mut caller, -1, old, old_length)?;
    let (_, mut scratch) = or_errno!(content.or(INVAL));
    let (middle, length) = (scratch.len() as i32, new.len() as i32);
    scratch.extend(new);
    let errno = serve!(caller, scratch, path_symlink(0, middle, to, middle, length));
    Ok(without_directories(&caller, fd, errno))
}

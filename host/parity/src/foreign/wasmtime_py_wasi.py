"""The part of WASI that the adapter for wasmtime for Python serves itself: the standard streams,
the clocks and randomness. The host compares output call by call, and the same calls must see the
same time and the same random numbers as in every other host."""

import base64
import struct

from wasmtime import FuncType, Memory, ValType

KEPT = 64 << 20  # bytes of a stream that are kept a call; the rest is counted
STEP = 1_000  # nanoseconds by which a read advances the clock
START = 946_684_800 * 10**9  # the year 2000
MASK = 2**64 - 1
WASI = "wasi_snapshot_preview1"
SUCCESS, EBADF, EFAULT, EINVAL, ENOENT, ESPIPE = 0, 8, 21, 28, 44, 70


class Exit(Exception):
    def __init__(self, status):
        super().__init__(status)
        self.status = status


class Fault(Exception):
    """An address of the guest is out of bounds."""


class Stream:
    """What a guest has written to a stream during the current call."""

    def __init__(self):
        self.kept, self.dropped = bytearray(), 0

    def write(self, content):
        kept = content[: KEPT - len(self.kept)]
        self.kept += kept
        self.dropped += len(content) - len(kept)

    def take(self):
        taken = base64.b64encode(self.kept).decode(), self.dropped
        self.kept, self.dropped = bytearray(), 0
        return taken


class Guest:
    """The state of one instance: its streams, clock and random numbers."""

    def __init__(self, seed):
        self.store = self.exports = None
        self.shimmed = {}
        self.streams = {1: Stream(), 2: Stream()}
        self.after = 0  # bytes on standard output since the last write to standard error
        self.passed = 0  # nanoseconds
        self.random = seed

    def monotonic(self):
        now = self.passed
        self.passed = (now + STEP) & MASK
        return now

    def wall(self):
        return START + self.monotonic()

    def randoms(self, size):
        """Bytes of the generator of our own host (wyrand): each is the lowest of a new number."""
        made = bytearray()
        while len(made) < size:
            self.random = (self.random + 0x2D35_8DCC_AA6C_78A5) & MASK
            product = self.random * (self.random ^ 0x8BB8_4B93_962E_ACC9)
            made.append((product ^ (product >> 64)) & 0xFF)
        return bytes(made)

    def output(self):
        stdout, stdout_dropped = self.streams[1].take()
        stderr, stderr_dropped = self.streams[2].take()
        after, self.after = self.after, 0
        return {
            "stdout": stdout,
            "stdout_dropped": stdout_dropped,
            "stderr": stderr,
            "stderr_dropped": stderr_dropped,
            "after": after,
        }


class View:
    """The memory of the guest that called."""

    def __init__(self, caller):
        self.caller, self.memory = caller, caller.get("memory")
        if not isinstance(self.memory, Memory):
            raise Fault

    def read(self, address, size):
        address &= 0xFFFF_FFFF
        if address + size > self.memory.data_len(self.caller):
            raise Fault
        return bytes(self.memory.read(self.caller, address, address + size)) if size else b""

    def write(self, address, content):
        address &= 0xFFFF_FFFF
        if address + len(content) > self.memory.data_len(self.caller):
            raise Fault
        if content:
            self.memory.write(self.caller, content, address)


def define_own(linker, module, current):
    """Defines the functions that replace wasmtime's; `current` returns the guest that runs."""
    for item in module.imports:
        if item.module == WASI and item.name.startswith("path_"):
            linker.define_func(WASI, item.name, item.type, without_directories(item.name))
    i32, i64 = ValType.i32(), ValType.i64()

    def define(name, params, serve, has_result=True):
        def guarded(caller, *args):
            try:
                return serve(current(), lambda: View(caller), *args)
            except Fault:
                return EFAULT

        ty = FuncType(params, [i32] if has_result else [])
        linker.define_func(WASI, name, ty, guarded, access_caller=True)

    define("fd_write", [i32] * 4, fd_write)
    define("fd_read", [i32] * 4, fd_read)
    define("fd_pwrite", [i32, i32, i32, i64, i32], spipe)
    define("fd_pread", [i32, i32, i32, i64, i32], spipe)
    define("fd_seek", [i32, i64, i32, i32], spipe)
    define("clock_res_get", [i32, i32], clock_res_get)
    define("clock_time_get", [i32, i64, i32], clock_time_get)
    define("random_get", [i32, i32], random_get)
    define("poll_oneoff", [i32] * 4, poll_oneoff)
    define("proc_exit", [i32], proc_exit, has_result=False)


# A guest has no directories, so that it has no files but the standard streams.


def without_directories(name):
    """Where a guest looks for a file in the first directory, our own host says that there is no
    such file, since Zig takes EBADF for a bug and panics."""

    def serve(*args):
        fd = args[2 if name == "path_symlink" else 0]
        return ENOENT if fd in (3, -1) else EBADF

    return serve


def fd_write(guest, view, fd, pieces, count, written):
    if fd not in (1, 2):
        return EBADF
    view = view()
    content = b"".join(
        view.read(*piece) for piece in struct.iter_unpack("<II", view.read(pieces, 8 * count))
    )
    guest.streams[fd].write(content)
    if content:
        guest.after = guest.after + len(content) if fd == 1 else 0
    view.write(written, struct.pack("<I", len(content)))
    return SUCCESS


def fd_read(_, view, fd, pieces, count, read):
    if fd != 0:
        return EBADF
    view().write(read, bytes(4))
    return SUCCESS


def spipe(_, view, fd, *rest):
    return ESPIPE if fd in (0, 1, 2) else EBADF


def clock_res_get(_, view, clock, to):
    if clock not in (0, 1):
        return EBADF
    view().write(to, struct.pack("<Q", STEP))
    return SUCCESS


def clock_time_get(guest, view, clock, precision, to):
    if clock not in (0, 1):
        return EBADF
    view().write(to, struct.pack("<Q", guest.monotonic() if clock else guest.wall()))
    return SUCCESS


def random_get(guest, view, to, size):
    view().write(to, guest.randoms(size & 0xFFFF_FFFF))
    return SUCCESS


def proc_exit(_, view, status):
    raise Exit(status)


def poll_oneoff(guest, view, given, to, count, written):
    """Sleeps take no time: they advance the clock. Streams are always ready."""
    if not 0 < count <= 1 << 16:
        return EINVAL
    view, events = view(), []
    # userdata, tag, clock, timeout, precision, flags
    for user, tag, clock, timeout, _, flags in struct.iter_unpack(
        "<8sB7xI4xQQH6x", view.read(given, 48 * count)
    ):
        due = 0
        if tag == 0:
            if clock not in (0, 1):
                return EINVAL
            if flags & 1 and clock == 0:
                wall = guest.wall()
                due = guest.monotonic() + max(0, timeout - wall)
            else:
                due = timeout if flags & 1 else guest.monotonic() + timeout
        events.append((user, tag, due))
    while True:
        now = guest.monotonic()
        ready = [event for event in events if event[2] <= now]
        if ready:
            break
        guest.passed += min(due for _, _, due in events) - now
        if guest.passed > MASK:
            return EINVAL
    content = b"".join(
        struct.pack("<8sHB5xQ8x", user, 0, tag, 1 if tag else 0) for user, tag, _ in ready
    )
    view.write(to, content)
    view.write(written, struct.pack("<I", len(ready)))
    return SUCCESS

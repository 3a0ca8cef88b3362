// The part of WASI that the adapter for Node serves itself: the standard streams, the clocks and
// randomness. The host compares output call by call, and the same calls must see the same time and
// the same random numbers as in every other host.

const KEPT = 64 << 20; // bytes of a stream that are kept a call; the rest is counted
const STEP = 1000n; // nanoseconds by which a read advances the clock
const START = 946_684_800_000_000_000n; // the year 2000
const [EBADF, EFAULT, EINVAL, ENOENT, ESPIPE] = [8, 21, 28, 44, 70];
export const u64 = (value) => BigInt.asUintN(64, value);

export class Exit extends Error {}

// What a guest has written to a stream during the current call.
class Stream {
  chunks = [];
  size = 0;
  dropped = 0;
  write(bytes) {
    const kept = bytes.subarray(0, Math.max(0, KEPT - this.size));
    this.chunks.push(Buffer.from(kept));
    this.size += kept.length;
    this.dropped += bytes.length - kept.length;
  }
  take() {
    const [bytes, dropped] = [Buffer.concat(this.chunks), this.dropped];
    [this.chunks, this.size, this.dropped] = [[], 0, 0];
    return [bytes.toString('base64'), dropped];
  }
}

// The state of one instance: its memory, streams, clock and random numbers.
export class Guest {
  memory = undefined;
  streams = { 1: new Stream(), 2: new Stream() };
  after = 0; // bytes on standard output since the last write to standard error
  passed = 0n; // nanoseconds
  shimmed = new Map();

  constructor(seed) {
    this.random = BigInt(seed);
  }

  view(address, size) {
    return new DataView(this.memory.buffer, address >>> 0, size);
  }
  bytes(address, size) {
    return new Uint8Array(this.memory.buffer, address >>> 0, size >>> 0);
  }
  monotonic() {
    const now = this.passed;
    this.passed = u64(now + STEP);
    return now;
  }
  wall() {
    return START + this.monotonic();
  }
  // The generator of our own host (wyrand): every byte is the lowest one of a new number.
  fill(bytes) {
    for (let at = 0; at < bytes.length; at++) {
      this.random = u64(this.random + 0x2d358dccaa6c78a5n);
      const product = this.random * (this.random ^ 0x8bb84b93962eacc9n);
      bytes[at] = Number((product ^ (product >> 64n)) & 0xffn);
    }
  }
  output() {
    const [stdout, stdout_dropped] = this.streams[1].take();
    const [stderr, stderr_dropped] = this.streams[2].take();
    const after = this.after;
    this.after = 0;
    return { stdout, stdout_dropped, stderr, stderr_dropped, after };
  }
}

// The functions of WASI that replace those of `node:wasi`, which `node` holds.
export function own(guest, node) {
  const isStream = (fd) => fd >= 0 && fd <= 2;
  const spipe = (name) => (fd, ...rest) => (isStream(fd) ? ESPIPE : node[name](fd, ...rest));
  const functions = {
    fd_write(fd, pieces, count, written) {
      if (fd !== 1 && fd !== 2) {
        return node.fd_write(fd, pieces, count, written);
      }
      const table = guest.view(pieces, count * 8);
      let size = 0;
      for (let at = 0; at < count; at++) {
        const piece = guest.bytes(table.getUint32(at * 8, true), table.getUint32(at * 8 + 4, true));
        guest.streams[fd].write(piece);
        size += piece.length;
      }
      if (size > 0) {
        guest.after = fd === 1 ? guest.after + size : 0;
      }
      guest.view(written, 4).setUint32(0, size, true);
      return 0;
    },
    fd_pwrite: spipe('fd_pwrite'),
    fd_seek: spipe('fd_seek'),
    fd_filestat_get(fd, to) {
      if (!isStream(fd)) {
        return node.fd_filestat_get(fd, to);
      }
      guest.bytes(to, 64).fill(0);
      return 0;
    },
    fd_fdstat_get(fd, to) {
      if (!isStream(fd)) {
        return node.fd_fdstat_get(fd, to);
      }
      const rights = fd === 0 ? 2n : 64n; // to read, to write
      guest.bytes(to, 24).fill(0);
      guest.view(to, 24).setBigUint64(8, rights, true);
      guest.view(to, 24).setBigUint64(16, rights, true);
      return 0;
    },
    clock_res_get(id, to) {
      if (id !== 0 && id !== 1) {
        return EBADF;
      }
      guest.view(to, 8).setBigUint64(0, STEP, true);
      return 0;
    },
    clock_time_get(id, _precision, to) {
      if (id !== 0 && id !== 1) {
        return EBADF;
      }
      guest.view(to, 8).setBigUint64(0, id === 0 ? guest.wall() : guest.monotonic(), true);
      return 0;
    },
    random_get(to, size) {
      guest.fill(guest.bytes(to, size));
      return 0;
    },
    proc_exit(status) {
      throw new Exit(`${status}`);
    },
    poll_oneoff: (from, to, count, written) => poll(guest, from, to, count, written),
  };
  // A guest has no directories. Where it looks for a file in the first one, our own host says that
  // there is no such file, since Zig takes EBADF for a bug and panics.
  for (const name of Object.keys(node).filter((name) => name.startsWith('path_'))) {
    functions[name] = (...args) => {
      const errno = node[name](...args);
      const fd = args[name === 'path_symlink' ? 2 : 0];
      return errno === EBADF && (fd === 3 || fd === -1) ? ENOENT : errno;
    };
  }
  const guarded = ([name, f]) => [name, (...args) => orFault(() => f(...args))];
  return Object.fromEntries(Object.entries(functions).map(guarded));
}

// An address out of bounds is an error of the guest's call, not the end of it.
function orFault(f) {
  try {
    return f();
  } catch (error) {
    // An overflow of the stack is a `RangeError` as well.
    if (error instanceof RangeError && !error.message.startsWith('Maximum call stack')) {
      return EFAULT;
    }
    throw error;
  }
}

// Sleeps take no time: they advance the clock. Streams are always ready.
function poll(guest, from, to, count, written) {
  const events = [];
  for (let at = 0; at < count; at++) {
    const one = guest.view(from + at * 48, 48);
    const [id, timeout] = [one.getUint32(16, true), one.getBigUint64(24, true)];
    const event = { user: one.getBigUint64(0, true), tag: one.getUint8(8), due: 0n };
    if (event.tag === 0) {
      const isAbsolute = (one.getUint16(40, true) & 1) === 1;
      if (id > 1) {
        return EINVAL;
      }
      const wall = isAbsolute && id === 0 ? guest.wall() : undefined;
      const left = wall === undefined || timeout < wall ? timeout : timeout - wall;
      event.due = isAbsolute && id === 1 ? timeout : guest.monotonic() + left;
    }
    events.push(event);
  }
  if (events.length === 0) {
    return EINVAL;
  }
  for (;;) {
    const now = guest.monotonic();
    const ready = events.filter(({ due }) => due <= now);
    ready.forEach(({ user, tag }, at) => {
      guest.bytes(to + at * 32, 32).fill(0);
      const event = guest.view(to + at * 32, 32);
      event.setBigUint64(0, user, true);
      event.setUint8(10, tag);
      event.setUint8(16, tag === 0 ? 0 : 1);
    });
    if (ready.length > 0) {
      guest.view(written, 4).setUint32(0, ready.length, true);
      return 0;
    }
    const due = events.map((event) => event.due).reduce((one, other) => (one < other ? one : other));
    guest.passed += due - now;
  }
}

// A host for the fixtures of the Go and Zig packages. It calls their exports with valid and invalid
// arguments, as CONVENTION, "Types at the plain level", defines them, and prints a line for each
// case.
//
//   node driver.mjs FILE [WORD]     only cases with WORD in their names
//
// Exit status: 0 if all cases passed, 1 if a case failed or none ran, 2 for wrong arguments.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

const [file, word = ''] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node driver.mjs FILE [WORD]');
  process.exit(2);
}
// Node 20's WASI crashes in V8's fast calls once many instances have run.
setFlagsFromString('--no-turbo-fast-api-calls');
const folder = mkdtempSync(join(tmpdir(), 'guest-'));
const WASI = await loadWasi();
const module = await WebAssembly.compile(readFileSync(file));

// An instance of the fixture, and the host's side of the ABI.
class Guest {
  static async start(host = {}) {
    const guest = new Guest();
    guest.host = host;
    guest.paths = ['stdout', 'stderr'].map((name) => join(folder, name));
    guest.files = guest.paths.map((path) => openSync(path, 'w+'));
    const [stdout, stderr] = guest.files;
    const wasi = new WASI({ version: 'preview1', stdout, stderr, returnOnExit: true });
    guest.logged = [];
    const imports = { ...wasi.getImportObject(), host: guest.functions() };
    guest.instance = await WebAssembly.instantiate(module, imports);
    wasi.initialize(guest.instance);
    guest.exports = named(guest.instance.exports);
    return guest;
  }

  // The host functions that the plugin imports.
  functions() {
    return {
      log: (pointer, length) => {
        // A garbage collection during the call must not free the string.
        this.exports.collect();
        this.exports.polyreactor_free(this.exports.polyreactor_alloc(1000, 8), 1000, 8);
        this.logged.push(this.text(pointer, length));
      },
      name: () => {
        if (this.host.name !== undefined) {
          return this.host.name(this);
        }
        const [pointer, length] = this.give('the höst');
        this.exports.collect();
        return this.packed(pointer, length);
      },
      flip: (b) => this.host.flip ?? 1 - b,
      scale: (pointer, by) => {
        this.exports.collect();
        this.view.setInt32(pointer, this.view.getInt32(pointer, true) * by, true);
        this.view.setFloat64(pointer + 8, this.view.getFloat64(pointer + 8, true) * by, true);
      },
      bump: (pointer) => {
        this.exports.collect();
        this.view.setInt32(pointer, this.view.getInt32(pointer, true) + 1, true);
      },
      reverse: (pointer, count) => {
        // A garbage collection during the call must not free the list.
        this.exports.collect();
        this.exports.polyreactor_free(this.exports.polyreactor_alloc(1000, 8), 1000, 8);
        const items = this.list(Uint16Array, pointer, count).reverse();
        if (this.host.reverse !== undefined) {
          return this.host.reverse(this, items);
        }
        return items.length === 0 ? 0n : this.packed(...this.giveList(items));
      },
      invert: (pointer, count) => {
        const image = this.list(Uint8Array, pointer, count).map((value) => 255 - value);
        return image.length === 0 ? 0n : this.packed(...this.giveList(image));
      },
      flags: () => this.packed(...this.giveList(Uint8Array.from(this.host.flags ?? [1, 0, 1]))),
    };
  }

  // A new view each time, because the memory may have grown.
  get view() {
    return new DataView(this.exports.memory.buffer);
  }

  get size() {
    return this.exports.memory.buffer.byteLength;
  }

  get stdout() {
    return readFileSync(this.paths[0], 'utf8');
  }

  get stderr() {
    return readFileSync(this.paths[1], 'utf8');
  }

  packed(pointer, length) {
    return (BigInt(pointer) << 32n) | BigInt(length);
  }

  text(pointer, length) {
    const bytes = new Uint8Array(this.exports.memory.buffer, pointer >>> 0, length >>> 0);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  }

  alloc(size, align) {
    const pointer = this.exports.polyreactor_alloc(size, align) >>> 0;
    equal(pointer !== 0 && pointer % align === 0 && pointer + size <= this.size, true, `block ${pointer}`);
    return pointer;
  }

  // Allocates a block and writes a string or bytes to it.
  give(text) {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const pointer = this.alloc(bytes.length, 1);
    new Uint8Array(this.exports.memory.buffer).set(bytes, pointer);
    return [pointer, bytes.length];
  }

  // Calls an export with a string, frees its block, and returns the result.
  withText(name, text, ...rest) {
    const [pointer, length] = this.give(text);
    const result = this.exports[name](pointer, length, ...rest);
    const value = typeof result === 'bigint' ? this.textOf(result) : result;
    this.exports.polyreactor_free(pointer, length, 1);
    return value;
  }

  // A copy of the elements at that address.
  list(Kind, pointer, count) {
    return new Kind(this.exports.memory.buffer, pointer >>> 0, count >>> 0).slice();
  }

  // Allocates a block and writes a list to it.
  giveList(items) {
    const pointer = this.alloc(items.byteLength, items.BYTES_PER_ELEMENT);
    new items.constructor(this.exports.memory.buffer, pointer, items.length).set(items);
    return [pointer, items.length];
  }

  // A copy of a list result, made before anything else is called.
  listOf(Kind, result) {
    const bits = BigInt.asUintN(64, result);
    const [pointer, count] = [Number(bits >> 32n), Number(bits & 0xffffffffn)];
    if (count === 0) {
      equal(bits, 0n, 'an empty list');
      return new Kind(0);
    }
    return this.list(Kind, pointer, count);
  }

  // Calls an export with a list, frees its block, and returns the list that is the result, if any.
  withList(name, items) {
    const [pointer, count] = this.giveList(items);
    const result = this.exports[name](pointer, count);
    const list = result === undefined ? undefined : this.listOf(items.constructor, result);
    this.exports.polyreactor_free(pointer, items.byteLength, items.BYTES_PER_ELEMENT);
    return list;
  }

  // A copy of a string result, made before anything else is called.
  textOf(result) {
    const bits = BigInt.asUintN(64, result);
    return this.text(Number(bits >> 32n), Number(bits & 0xffffffffn));
  }

  // Calls an export with a record of these bytes; returns the result and the bytes after the call.
  withBytes(name, bytes, align, ...rest) {
    const pointer = this.alloc(bytes.byteLength, align);
    new Uint8Array(this.exports.memory.buffer).set(new Uint8Array(bytes), pointer);
    const result = this.exports[name](pointer, ...rest);
    const after = this.exports.memory.buffer.slice(pointer, pointer + bytes.byteLength);
    this.exports.polyreactor_free(pointer, bytes.byteLength, align);
    return [result, new DataView(after)];
  }

  close() {
    this.files.forEach(closeSync);
  }
}

const cases = {
  async bool_and_numbers(g) {
    const e = g.exports;
    equal(e.flip(0), 1);
    equal(e.flip(1), 0);
    equal(e.add_s32(0x7fffffff, 1), -0x80000000);
    equal(e.add_u32(-1, 2), 1);
    equal(e.add_u32(0x7fffffff, 1) >>> 0, 0x80000000);
    equal(e.add_s64(-(2n ** 63n), -1n), 2n ** 63n - 1n);
    equal(BigInt.asUintN(64, e.add_u64(2n ** 63n, 2n ** 62n)), 3n * 2n ** 62n);
    equal(e.add_f32(0.1, 0.2), Math.fround(Math.fround(0.1) + Math.fround(0.2)));
    equal(e.add_f64(0.1, 0.2), 0.1 + 0.2);
    equal(e.add_f64(-0, -0), -0);
    equal(Number.isNaN(e.add_f64(Infinity, -Infinity)), true);
  },

  async strings(g) {
    for (const text of ['', 'bob', 'a\0b', 'ä€😀', '\ufeffbom', '\uffff', 'x'.repeat(70000)]) {
      equal(g.withText('greet', text), `hello ${text}`);
      equal(g.withText('length', text), new TextEncoder().encode(text).length);
    }
  },

  async an_empty_string_may_have_any_address(g) {
    for (const pointer of [0, 1, 7, 0x7ffffff1, -1]) {
      equal(g.exports.length(pointer, 0), 0);
      equal(g.textOf(g.exports.greet(pointer, 0)), 'hello ');
    }
    g.exports.hold(0, 0);
    equal(g.exports.held(), 0n);
  },

  async a_string_of_60_MiB(g) {
    const text = 'y'.repeat(60 << 20);
    equal(g.withText('length', text), 60 << 20);
    for (let round = 0; round < 3; round++) {
      const greeting = g.withText('greet', text);
      equal(greeting.length, (60 << 20) + 6);
      equal(greeting.endsWith('yyy'), true);
    }
  },

  async a_kept_string_stays(g) {
    g.withText('hold', 'kept over calls');
    for (let round = 0; round < 50; round++) {
      g.exports.collect();
      equal(g.withText('greet', 'x'.repeat(15)), `hello ${'x'.repeat(15)}`);
    }
    equal(g.textOf(g.exports.held()), 'kept over calls');
  },

  async a_result_outlives_blocks(g) {
    const name = 'x'.repeat(5000);
    const [pointer, length] = g.give(name);
    const result = g.exports.greet(pointer, length);
    g.exports.polyreactor_free(pointer, length, 1);
    // Enough blocks for several garbage collections, each as large as the result.
    for (let round = 0; round < 20000; round++) {
      const size = length + 6;
      const block = g.alloc(size, 1);
      new Uint8Array(g.exports.memory.buffer, block, size).fill(0xee);
      g.exports.polyreactor_free(block, size, 1);
    }
    equal(g.textOf(result), `hello ${name}`);
  },

  async pointers_to_numbers(g) {
    for (const [before, after] of [[41, 42], [-1, 0], [0x7fffffff, -0x80000000]]) {
      const bytes = new DataView(new ArrayBuffer(4));
      bytes.setInt32(0, before, true);
      const [, seen] = g.withBytes('bump', bytes.buffer, 4);
      equal(seen.getInt32(0, true), after);
    }
  },

  async pointers_to_records(g) {
    const [, seen] = g.withBytes('scale', point(3, 2.5), 8, 2);
    equal(seen.getInt32(0, true), 6);
    equal(seen.getFloat64(8, true), 5);
    equal(g.withBytes('sum', shape(0), 8)[0], 1 + 2.5 + 10);
    equal(g.withBytes('sum', shape(1), 8)[0], -13.5);
  },

  async pointers_as_results(g) {
    const tally = g.exports.tally();
    for (const x of [5, -6]) {
      const place = g.exports.place(x, 2.5) >>> 0;
      equal(place !== 0 && place % 8 === 0 && place + 16 <= g.size, true, `place ${place}`);
      equal(g.view.getInt32(place, true), x);
      equal(g.view.getFloat64(place + 8, true), 2.5);
    }
    equal(g.exports.tally(), tally);
    equal(g.view.getUint16(tally, true), 0x0702);
  },

  async lists_of_every_scalar(g) {
    const lists = {
      bool: Uint8Array.of(0, 1, 1, 0, 1),
      s8: Int8Array.of(-128, 0, 127),
      u8: Uint8Array.of(0, 255, 128),
      s16: Int16Array.of(-32768, 32767, 1),
      u16: Uint16Array.of(0, 65535, 256),
      s32: Int32Array.of(-0x80000000, 0x7fffffff, 3),
      u32: Uint32Array.of(0, 0xffffffff, 0x80000000),
      s64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, -1n),
      u64: BigUint64Array.of(0n, 2n ** 64n - 1n, 2n ** 63n),
      f32: Float32Array.of(-0, 1.5, Infinity, 1e-45),
      f64: Float64Array.of(-0, 1 / 3, -Infinity, 5e-324),
    };
    for (const [kind, items] of Object.entries(lists)) {
      for (let length = 0; length <= items.length; length++) {
        same(g.withList(`echo_${kind}`, items.slice(0, length)), items.slice(0, length), kind);
      }
    }
  },

  async an_empty_list_may_have_any_address(g) {
    for (const pointer of [0, 1, 7, 0x7ffffff1, -1]) {
      equal(g.exports.echo_u8(pointer, 0), 0n);
      equal(g.exports.echo_f64(pointer, 0), 0n);
    }
    equal(g.exports.weigh(0, 0, 1, 0, -1, 0), 0);
  },

  async several_lists(g) {
    const items = Float64Array.of(1, 2.5, 1000);
    const weights = Float32Array.of(0.5, 2, 9);
    const only = Uint8Array.of(1, 1, 0);
    const lists = [items, weights, only].flatMap((list) => g.giveList(list));
    equal(g.exports.weigh(...lists), 5.5);
  },

  async a_list_of_50_MB(g) {
    const image = new Uint8Array(50_000_000).fill(7);
    image[49_999_999] = 255;
    for (let round = 0; round < 3; round++) {
      const inverted = g.withList('invert', image);
      equal(inverted.length, 50_000_000);
      equal(inverted[0], 248);
      equal(inverted[49_999_999], 0);
    }
  },

  async a_list_within_a_block(g) {
    const [pointer] = g.giveList(Int32Array.of(1, 2, 3, 4));
    same(g.listOf(Int32Array, g.exports.echo_s32(pointer + 4, 2)), Int32Array.of(2, 3));
  },

  async a_kept_list_stays(g) {
    g.withList('keep', Int32Array.of(1, -2, 3));
    for (let round = 0; round < 50; round++) {
      g.exports.collect();
      g.withList('invert', new Uint8Array(12).fill(9));
    }
    same(g.listOf(Int32Array, g.exports.kept()), Int32Array.of(1, -2, 3));
  },

  async a_constant_list(g) {
    const constants = BigInt64Array.of(-(2n ** 63n), 0n, 2n ** 63n - 1n);
    const first = g.exports.constants();
    same(g.listOf(BigInt64Array, first), constants);
    equal(g.exports.constants(), first);
  },

  async a_list_result_outlives_blocks(g) {
    const image = new Uint8Array(5000).fill(1);
    const [pointer, count] = g.giveList(image);
    const result = g.exports.invert(pointer, count);
    g.exports.polyreactor_free(pointer, count, 1);
    // Enough blocks for several garbage collections, each as large as the result.
    for (let round = 0; round < 20000; round++) {
      const block = g.alloc(count, 1);
      new Uint8Array(g.exports.memory.buffer, block, count).fill(0xee);
      g.exports.polyreactor_free(block, count, 1);
    }
    same(g.listOf(Uint8Array, result), image.fill(254));
  },

  async lists_and_host_functions(g) {
    for (const items of [Uint16Array.of(), Uint16Array.of(1, 2, 65535), new Uint16Array(70000).fill(513)]) {
      same(g.withList('call_reverse', items), items.slice().reverse());
    }
    same(g.withList('call_invert', Uint8Array.of(0, 1, 255)), Uint8Array.of(255, 254, 0));
    equal(g.exports.call_flags(), 2);
    g.host.flags = [];
    equal(g.exports.call_flags(), 0);
  },

  async exports_by_hand(g) {
    if (g.exports.plain_greet === undefined) {
      return;
    }
    equal(g.withText('plain_greet', 'bob'), 'plain bob');
    same(g.withList('plain_invert', Uint8Array.of(0, 255)), Uint8Array.of(255, 0));
    const bytes = new DataView(new ArrayBuffer(4));
    equal(g.withBytes('plain_bump', bytes.buffer, 4, 1)[1].getInt32(0, true), 2);
  },

  async list_memory_is_given_back(g) {
    const run = () => {
      for (let round = 0; round < 1500; round++) {
        g.withList('invert', new Uint8Array(20000));
        g.withList('call_reverse', new Uint16Array(20000));
      }
      return g.size;
    };
    const before = run();
    equal(run() <= before + (4 << 20), true, 'memory grows');
  },

  async host_functions(g) {
    for (const text of ['', 'bob', 'ä\0😀', 'z'.repeat(50000)]) {
      g.withText('call_log', text);
    }
    equal(g.logged.join(), ['', 'bob', 'ä\0😀', 'z'.repeat(50000)].map((text) => `${text}!`).join());
    equal(g.textOf(g.exports.call_name()), 'from the höst');
    equal(g.exports.call_flip(0), 1);
    equal(g.exports.call_flip(1), 0);
    const [, seen] = g.withBytes('call_scale', point(3, 2.5), 8, 3);
    equal(seen.getInt32(0, true), 9);
    equal(seen.getFloat64(8, true), 7.5);
    equal(g.exports.call_bump(), 42);
  },

  async a_host_function_returns_an_empty_string(g) {
    g.host.name = () => 0n;
    equal(g.textOf(g.exports.call_name()), 'from ');
    g.host.name = () => g.packed(g.alloc(0, 1), 0);
    equal(g.textOf(g.exports.call_name()), 'from ');
  },

  async blocks(g) {
    const blocks = [];
    for (const align of [1, 2, 4, 8, 16, 64, 4096]) {
      for (const size of [0, 1, 3, 8, 15, 16, 17, 1000, 100000]) {
        blocks.push([g.alloc(size, align), size, align]);
      }
    }
    blocks.forEach(([pointer, size], index) => {
      new Uint8Array(g.exports.memory.buffer, pointer, size).fill(index);
    });
    g.exports.collect();
    blocks.forEach(([pointer, size], index) => {
      const bytes = new Uint8Array(g.exports.memory.buffer, pointer, size);
      equal(bytes.every((byte) => byte === index), true, `block ${index}`);
    });
    equal(new Set(blocks.map(([pointer]) => pointer)).size, blocks.length, 'addresses');
    // Some in the reverse order of allocation, the others in the same order.
    blocks.slice(30).reverse().concat(blocks.slice(0, 30)).forEach((b) => g.exports.polyreactor_free(...b));
  },

  async a_collection_between_all_calls(g) {
    const e = g.exports;
    e.busy();
    for (let round = 0; round < 1500; round++) {
      const text = `round ${round} ${'x'.repeat(round % 300)}`;
      const [pointer, length] = g.give(text);
      e.collect();
      if (round % 50 === 0) {
        e.pause();
      }
      const greeting = g.textOf(e.greet(pointer, length));
      equal(greeting, `hello ${text}`);
      e.collect();
      equal(g.text(pointer, length), text);
      e.polyreactor_free(pointer, length, 1);
      equal(g.withBytes('sum', shape(round % 2), 8)[0], round % 2 ? -13.5 : 13.5);
      g.withText('call_log', text);
      equal(g.logged.pop(), `${text}!`);
      equal(g.textOf(e.call_name()), 'from the höst');
    }
  },

  async memory_is_given_back(g) {
    const run = () => {
      for (let round = 0; round < 3000; round++) {
        g.withText('greet', 'm'.repeat(20000));
        g.withText('call_log', 'm'.repeat(20000));
        g.exports.call_name();
      }
      g.logged = [];
      return g.size;
    };
    const before = run();
    equal(run() <= before + (4 << 20), true, 'memory grows');
  },

  async output_is_not_lost(g) {
    g.exports.print();
    equal(g.stdout, 'printed without newline');
  },
};

// Calls that have to end in a panic, with a part of the panic message, or a pattern where the
// languages differ: a Go Bool does not know where it came from.
const panics = {
  bool_2: [(g) => g.exports.flip(2), /the host passed (or returned )?2 for a bool to `flip`/],
  bool_256: [(g) => g.exports.flip(256), /the host passed (or returned )?256 for a bool to `flip`/],
  bool_minus_1: [(g) => g.exports.flip(-1), 'for a bool to `flip`: 0 or 1 expected'],
  null_pointer: [(g) => g.exports.bump(0), 'the host passed a null pointer to `bump`'],
  null_record: [(g) => g.exports.sum(0), 'the host passed a null pointer to `sum`'],
  misaligned: [(g) => g.exports.bump(g.alloc(8, 4) + 1), 'the host passed a misaligned pointer to `bump`'],
  misaligned_record: [(g) => g.exports.scale(g.alloc(24, 8) + 4, 1), 'the host passed a misaligned pointer to `scale`'],
  out_of_bounds: [(g) => g.exports.bump(0x7ffffff0), '`bump` that is out of bounds'],
  at_the_end: [(g) => g.exports.scale(g.size - 8, 2), '`scale` that is out of bounds'],
  over_the_end: [(g) => g.exports.scale(-8, 2), '`scale` that is out of bounds'],
  bool_in_a_record: [(g) => g.withBytes('sum', shape(2), 8), 'the host passed 2 for a bool to `sum`, in .'],
  string_out_of_bounds: [(g) => g.exports.greet(0x7ffffff0, 5), 'a string to `greet` that is out of bounds'],
  string_over_the_end: [(g) => g.exports.greet(16, -1), 'a string to `greet` that is out of bounds'],
  string_at_null: [(g) => g.exports.greet(0, 5), 'a string to `greet` that is out of bounds'],
  lone_surrogate: [
    (g) => g.withText('greet', Uint8Array.of(97, 0xed, 0xa0, 0x80, 98)),
    'a string to `greet` that is not UTF-8',
  ],
  cut_string: [(g) => g.withText('length', Uint8Array.of(0xf0, 0x9f, 0x98)), 'a string to `length` that is not UTF-8'],
  overlong: [(g) => g.withText('length', Uint8Array.of(0xc0, 0x80)), 'a string to `length` that is not UTF-8'],
  freed_twice: [
    (g) => {
      const block = [g.alloc(5, 1), 5, 1];
      g.exports.polyreactor_free(...block);
      g.exports.polyreactor_free(...block);
    },
    '`polyreactor_alloc` has not allocated, or which is freed already',
  ],
  freed_never_given: [(g) => g.exports.polyreactor_free(1024, 5, 1), '`polyreactor_alloc` has not allocated'],
  freed_inside: [(g) => g.exports.polyreactor_free(g.alloc(16, 8) + 8, 8, 8), '`polyreactor_alloc` has not allocated'],
  freed_with_another_size: [(g) => g.exports.polyreactor_free(g.alloc(5, 1), 6, 1), '5 and 1 expected'],
  freed_with_another_alignment: [(g) => g.exports.polyreactor_free(g.alloc(8, 4), 8, 8), '8 and 4 expected'],
  alignment_3: [(g) => g.exports.polyreactor_alloc(8, 3), 'an alignment of 3: a power of two expected'],
  alignment_0: [(g) => g.exports.polyreactor_alloc(8, 0), 'an alignment of 0: a power of two expected'],
  host_bool_2: [(g) => ((g.host.flip = 2), g.exports.call_flip(1)), ' 2 for a bool '],
  host_bool_256: [(g) => ((g.host.flip = 256), g.exports.call_flip(1)), ' 256 for a bool '],
  host_string_not_allocated: [
    (g) => ((g.host.name = () => g.packed(1024, 5)), g.exports.call_name()),
    'does not lie in a block of `polyreactor_alloc`',
  ],
  host_string_longer_than_its_block: [
    (g) => ((g.host.name = () => g.packed(g.alloc(4, 1), 5)), g.exports.call_name()),
    'does not lie in a block of `polyreactor_alloc`',
  ],
  host_string_at_null: [
    (g) => ((g.host.name = () => g.packed(0, 5)), g.exports.call_name()),
    'does not lie in a block of `polyreactor_alloc`',
  ],
  host_string_not_utf8: [
    (g) => ((g.host.name = () => g.packed(...g.give(Uint8Array.of(0xff)))), g.exports.call_name()),
    'that is not UTF-8',
  ],
  list_at_null: [(g) => g.exports.echo_u8(0, 5), 'the host passed a null pointer to `echo_u8`'],
  list_misaligned: [(g) => g.exports.echo_s32(g.alloc(16, 8) + 2, 1), 'a misaligned pointer to `echo_s32`'],
  list_misaligned_by_4: [(g) => g.exports.echo_f64(g.alloc(32, 8) + 4, 1), 'a misaligned pointer to `echo_f64`'],
  list_out_of_bounds: [(g) => g.exports.echo_u8(0x7ffffff0, 5), 'a list to `echo_u8` that is out of bounds'],
  // In bounds if its length counted bytes.
  list_over_the_end: [(g) => g.exports.echo_f64(g.size - 16, 3), 'a list to `echo_f64` that is out of bounds'],
  list_without_end: [(g) => g.exports.echo_u64(16, -1), 'a list to `echo_u64` that is out of bounds'],
  // 8 times this is 8 in 32 bits.
  list_that_wraps_around: [(g) => g.exports.echo_s64(16, 0x20000001), 'a list to `echo_s64` that is out of bounds'],
  list_with_a_bool_2: [(g) => g.withList('echo_bool', Uint8Array.of(1, 0, 2)), 'the host passed 2 for a bool to `echo_bool`'],
  host_list_not_allocated: [
    (g) => ((g.host.reverse = () => g.packed(1024, 5)), g.withList('call_reverse', new Uint16Array(1))),
    'does not lie in a block of `polyreactor_alloc`: 10 bytes',
  ],
  host_list_longer_than_its_block: [
    (g) => ((g.host.reverse = () => g.packed(g.alloc(8, 2), 5)), g.withList('call_reverse', new Uint16Array(1))),
    'does not lie in a block of `polyreactor_alloc`: 10 bytes',
  ],
  host_list_of_another_alignment: [
    (g) => ((g.host.reverse = () => g.packed(g.alloc(10, 1), 5)), g.withList('call_reverse', new Uint16Array(1))),
    'does not lie in a block of `polyreactor_alloc`: 10 bytes',
  ],
  host_list_at_null: [
    (g) => ((g.host.reverse = () => 5n), g.withList('call_reverse', new Uint16Array(1))),
    'does not lie in a block of `polyreactor_alloc`: 10 bytes',
  ],
  host_list_with_a_bool_2: [(g) => ((g.host.flags = [1, 2]), g.exports.call_flags()), ' 2 for a bool '],
  returns_no_utf8: [(g) => g.exports.garbage(), '`garbage` returns a string that is not UTF-8'],
};

// Panics of exports that only one of the fixtures has.
const optional = {
  misuse: [(g) => g.exports.misuse(1), 'a bool cannot be checked'],
  returns_a_string_of_its_own_frame: [(g) => g.exports.dangling(), '`dangling` returns a string that lay on its own stack'],
  returns_a_pointer_into_its_own_frame: [
    (g) => g.exports.dangling_pointer(1),
    '`dangling_pointer` returns a pointer to something that lay on its own stack',
  ],
  returns_a_list_of_its_own_frame: [
    (g) => g.exports.dangling_list(),
    '`dangling_list` returns a list that lay on its own stack',
  ],
  returns_an_error: [(g) => g.exports.fails(), '`fails` failed: error.Sorry'],
};
for (const [name, [run, message]] of Object.entries(optional)) {
  const needed = /g\.exports\.(\w+)/.exec(run)[1];
  if (WebAssembly.Module.exports(module).some((one) => ownName(one.name) === needed)) {
    panics[name] = [run, message];
  }
}

let failed = 0;
let passed = 0;
for (const [name, run] of Object.entries(cases)) {
  await attempt(name, run);
}
for (const [name, [run, message]] of Object.entries(panics)) {
  await attempt(`panics ${name}`, async (g) => {
    let outcome;
    try {
      outcome = `returned ${run(g)}`;
    } catch (error) {
      outcome = error;
    }
    equal(outcome instanceof WebAssembly.RuntimeError, true, `${outcome}`);
    const matches = message instanceof RegExp ? message.test(g.stderr) : g.stderr.includes(message);
    equal(matches, true, `stderr is ${JSON.stringify(g.stderr)}`);
  });
}
rmSync(folder, { recursive: true });
console.log(`${passed} passed, ${failed} failed: ${file}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function attempt(name, run) {
  if (!name.includes(word)) {
    return;
  }
  const guest = await Guest.start();
  try {
    await run(guest);
    passed += 1;
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.message.slice(0, 600)}\n${guest.stderr.slice(0, 600)}`);
  } finally {
    guest.close();
  }
}

// The exports by their own names: a module that zig alone has built has link-time symbols (R013).
function named(exports) {
  return Object.fromEntries(Object.entries(exports).map(([name, value]) => [ownName(name), value]));
}

function ownName(name) {
  return name.replace(/^polyreactor-export:/, '');
}

function equal(seen, expected, what = 'seen') {
  if (!Object.is(seen, expected)) {
    const short = (value) => String(value).slice(0, 80);
    throw new Error(`${what}: ${short(seen)}, not ${short(expected)}`);
  }
}

// Whether two lists have the same elements; -0 and 0 differ.
function same(seen, expected, what = 'a list') {
  equal(seen.length, expected.length, `${what}: the length`);
  expected.forEach((item, index) => {
    if (!Object.is(seen[index], item)) {
      equal(seen[index], item, `${what}: [${index}]`);
    }
  });
}

// A record {x: s32, y: f64}, in C's layout.
function point(x, y) {
  const view = new DataView(new ArrayBuffer(16));
  view.setInt32(0, x, true);
  view.setFloat64(8, y, true);
  return view.buffer;
}

// A record {origin: point, sides: list<f64, 4>, filled: bool}; the byte of `filled` may be invalid.
function shape(filled) {
  const view = new DataView(new ArrayBuffer(56));
  view.setInt32(0, 1, true);
  view.setFloat64(8, 2.5, true);
  [1, 2, 3, 4].forEach((side, index) => view.setFloat64(16 + 8 * index, side, true));
  view.setUint8(48, filled);
  return view.buffer;
}

// Imports `node:wasi` without Node's warning that it is experimental; other warnings are printed.
async function loadWasi() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const kind = rest[0]?.type ?? rest[0];
    if (kind !== 'ExperimentalWarning' || !`${warning}`.startsWith('WASI ')) {
      emitWarning.call(process, warning, ...rest);
    }
  };
  return (await import('node:wasi')).WASI;
}

// Adapter for Node: makes calls of a plugin with `node:wasi`, one instance a sequence of calls. The
// protocol is described in `wire.rs`; `node_wasi.mjs` has the functions that are not `node:wasi`'s.
import { openSync, readFileSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { parse } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Exit, Guest, own, u64 } from './node_wasi.mjs';

const [file, seed, limit] = process.argv.slice(2);
if (limit === undefined) {
  console.error('usage: node node.mjs FILE SEED MEMORY_BYTES');
  process.exit(2);
}
// Before the first module is compiled: V8 reads the flag then.
setFlagsFromString(`--wasm-max-mem-pages=${BigInt(limit) / 65536n}`);
// The Rust side looks at up to 20 frames of the guest. A few of JavaScript stand among them.
Error.stackTraceLimit = 24;
// What `node:wasi` would use as standard streams. Those of this process carry the protocol.
const nothing = openSync(devNull, 'r+');

class MissingImport extends Error {}
// A value that can't be passed into the guest or out of it.
class Passing extends Error {}

// Makes an instance, and runs its `_initialize`.
function instantiate(guest, module) {
  const [stdin, stdout, stderr] = [nothing, nothing, nothing];
  const args = [parse(file).name];
  const wasi = new WASI({ version: 'preview1', args, env: {}, stdin, stdout, stderr });
  const node = wasi.getImportObject().wasi_snapshot_preview1;
  const imports = { wasi_snapshot_preview1: { ...node, ...own(guest, node) } };
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    if (kind === 'function') {
      imports[from][name] ??= () => {
        throw new MissingImport(`${from}.${name}`);
      };
    }
  }
  const instance = new WebAssembly.Instance(module, imports);
  guest.memory = instance.exports.memory;
  wasi.initialize(instance);
  return instance.exports;
}

// The export with the type that the caller expects, with integers in place of floats.
function shimmedExport(guest, name, f, shim) {
  const key = `${name} ${shim}`;
  if (!guest.shimmed.has(key)) {
    const module = new WebAssembly.Module(Buffer.from(shim, 'base64'));
    guest.shimmed.set(key, new WebAssembly.Instance(module, { '': { f } }).exports.f);
  }
  return guest.shimmed.get(key);
}

// Makes a call.
function call(guest, exports, { name, shim, params, args, elements }) {
  const f = exports[name];
  if (typeof f !== 'function') {
    return { end: 'no-such-export', words: name };
  }
  let shimmed;
  try {
    shimmed = shimmedExport(guest, name, f, shim);
  } catch (error) {
    return { end: 'type-mismatch', words: error.message };
  }
  const lent = [];
  const core = args.flatMap((arg, at) => {
    if (arg.number !== undefined) {
      return params[at].endsWith('64') ? BigInt(arg.number) : Number(arg.number);
    }
    const bytes = Buffer.from(arg.memory, 'base64');
    const one = { bytes, align: arg.align, address: arg.align, isPointer: arg.count === null };
    if (bytes.length > 0) {
      const allocate = exports.polyreactor_alloc;
      if (typeof allocate !== 'function') {
        throw new Passing('the guest has no polyreactor_alloc');
      }
      one.address = allocate(bytes.length, arg.align) >>> 0;
      if (one.address === 0 || one.address + bytes.length > guest.memory.buffer.byteLength) {
        throw new Passing(`polyreactor_alloc returned ${one.address}`);
      }
      guest.bytes(one.address, bytes.length).set(bytes);
    }
    lent.push(one);
    return one.isPointer ? [one.address] : [one.address, arg.count];
  });
  const returned = shimmed(...core);
  const answer = { end: 'returned', bits: returned === undefined ? null : `${returned}` };
  if (elements !== null) {
    const [address, count] = [Number(u64(returned) >> 32n), Number(u64(returned) & 0xffff_ffffn)];
    const size = count * elements;
    if (count > 0 && (address === 0 || address + size > guest.memory.buffer.byteLength)) {
      throw new Passing(`${name} returned ${count} elements at ${address}, out of bounds`);
    }
    answer.memory = count > 0 ? Buffer.from(guest.bytes(address, size)).toString('base64') : '';
  }
  const changed = lent.filter(({ isPointer }) => isPointer);
  answer.changed = changed.map(({ address, bytes }) =>
    Buffer.from(guest.bytes(address, bytes.length)).toString('base64'));
  for (const { address, bytes, align } of lent.reverse()) {
    if (bytes.length > 0) {
      exports.polyreactor_free(address, bytes.length, align);
    }
  }
  return answer;
}

// How a call ended, out of the error that it threw.
function failed(error) {
  if (error instanceof Exit) {
    return { end: 'exit', status: Number(error.message) };
  }
  if (error instanceof MissingImport) {
    return { end: 'missing-import', words: error.message };
  }
  if (error instanceof Passing) {
    return { end: 'passing', words: error.message };
  }
  const frames = [...`${error.stack}`.matchAll(/wasm-function\[(\d+)\]:(0x[0-9a-f]+)/g)];
  if (error instanceof WebAssembly.Exception) {
    return { end: 'trap', words: 'uncaught exception' };
  }
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    return { end: 'trap', words: error.message, frames: frames.map((found) => found[0]) };
  }
  return { end: 'host', words: `${error}` };
}

function run(module, { id, calls }) {
  const guest = new Guest(seed);
  const answer = (make) => {
    let made;
    try {
      made = make();
    } catch (error) {
      made = failed(error);
    }
    write({ id, ...made, memory_bytes: guest.memory?.buffer.byteLength ?? 0, ...guest.output() });
    return made.end === 'returned';
  };
  let exports;
  const start = () => {
    exports = instantiate(guest, module);
    return { end: 'returned' };
  };
  let goesOn = answer(start);
  for (let at = 0; goesOn && at < calls.length; at++) {
    goesOn = answer(() => call(guest, exports, calls[at]));
  }
}

function write(message) {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(1, bytes, at);
  }
}

// Node warns that `node:wasi` is experimental when it is imported.
process.removeAllListeners('warning');
const { WASI } = await import('node:wasi');
let module;
try {
  module = await WebAssembly.compile(readFileSync(file));
} catch (error) {
  write({ refused: error.message });
  process.exit(1);
}
write({ ready: true });
let begun = [];
for await (const chunk of process.stdin) {
  let rest = chunk;
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    run(module, JSON.parse(Buffer.concat([...begun, rest.subarray(0, end)]).toString()));
    begun = [];
    rest = rest.subarray(end + 1);
  }
  begun.push(rest);
}

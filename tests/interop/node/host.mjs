// Interop adapter for Node: runs a plugin with `node:wasi`, makes the calls of the command line in
// order, on one instance, and prints a line for each result.
import { readFile } from 'node:fs/promises';

const [file, ...calls] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: node host.mjs FILE 'NAME(I32, ...)'...");
  process.exit(2);
}

try {
  await run(file, calls);
} catch (error) {
  console.error(`node: ${error.message}`);
  process.exitCode = 1;
}

async function run(file, calls) {
  const wasi = new (await loadWasi())({ version: 'preview1' });
  const module = await WebAssembly.compile(await readFile(file));
  const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
  wasi.initialize(instance);
  for (const text of calls) {
    console.log(`${call(instance, text)}`);
  }
}

// Parses a call such as `inc(-1)`, makes it, and returns the result as a signed i32.
function call(instance, text) {
  const [, name, inside] = /^(.+)\((.*)\)$/.exec(text) ?? [];
  if (name === undefined) {
    throw new Error(`${text}: not NAME(I32, ...)`);
  }
  const words = inside === '' ? [] : inside.split(', ');
  const exported = instance.exports[name];
  if (typeof exported !== 'function') {
    throw new Error(`${text}: no such export`);
  }
  // Without this check JavaScript would pass 0 for a missing argument and drop a surplus one.
  if (exported.length !== words.length) {
    throw new Error(`${text}: ${exported.length} arguments expected`);
  }
  const result = exported(...words.map((word) => i32(word, text)));
  if (typeof result !== 'number') {
    throw new Error(`${text}: one i32 expected, not ${result}`);
  }
  return result;
}

function i32(word, text) {
  const number = Number(word);
  if (word === '' || (number | 0) !== number) {
    throw new Error(`${text}: ${word} is not an i32`);
  }
  return number;
}

// Node warns that `node:wasi` is experimental when it is imported. That warning, and no other, is
// suppressed, because the tests compare stderr.
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

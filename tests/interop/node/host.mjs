// An adapter: a plugin and calls in, a line for each result out; Node's WASI runs it.
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

// Takes `inc(-1)` and answers what the export answers, as a signed i32.
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
  // JavaScript passes 0 for what is missing and drops what is too much.
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
    throw new Error(`${text}: ${word} is no i32`);
  }
  return number;
}

// Importing `node:wasi` warns that it is experimental: that warning, and no other, is kept
// out of the guest's stderr.
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

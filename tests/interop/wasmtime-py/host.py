"""Interop adapter for wasmtime for Python: runs a plugin, makes the calls of the command line in
order, on one instance, and prints a line for each result."""

import re
import sys

from wasmtime import Engine, Func, Linker, Module, Store, WasiConfig


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: host.py FILE 'NAME(I32, ...)'...")
    file, *calls = sys.argv[1:]
    try:
        run(file, calls)
    except Exception as error:
        sys.exit(f"wasmtime-py: {error}")


def run(file, calls):
    engine = Engine()
    linker = Linker(engine)
    linker.define_wasi()
    store = Store(engine)
    wasi = WasiConfig()
    wasi.inherit_stderr()
    store.set_wasi(wasi)
    instance = linker.instantiate(store, Module.from_file(engine, file))
    exports = instance.exports(store)
    initialize = exports.get("_initialize")
    if isinstance(initialize, Func):
        initialize(store)
    for text in calls:
        print(call(store, exports, text), flush=True)


def call(store, exports, text):
    """Parses a call such as `inc(-1)`, makes it, and returns the result as a signed i32."""
    match = re.fullmatch(r"(.+)\((.*)\)", text)
    if match is None:
        raise ValueError(f"{text}: not NAME(I32, ...)")
    name, inside = match.groups()
    words = inside.split(", ") if inside else []
    function = exports.get(name)
    if not isinstance(function, Func):
        raise LookupError(f"{text}: no such export")
    return function(store, *map(int, words))


main()

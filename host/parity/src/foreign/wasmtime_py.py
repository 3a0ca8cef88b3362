"""Adapter for wasmtime for Python: makes calls of a plugin, one instance a sequence of calls. The
protocol is described in `wire.rs`; `wasmtime_py_wasi.py` has the functions that are not
wasmtime's."""

import base64
import json
import os
import re
import sys

from wasmtime import (
    Engine,
    Func,
    FuncType,
    Instance,
    Linker,
    Memory,
    Module,
    Store,
    Trap,
    WasiConfig,
    WasmtimeError,
)

from wasmtime_py_wasi import Exit, Guest, define_own


class MissingImport(Exception):
    pass


class Passing(Exception):
    """A value can't be passed into the guest or out of it."""


class Session:
    """A module, and what all of its instances share."""

    def __init__(self, file, seed, limit):
        self.name = os.path.splitext(os.path.basename(file))[0]
        self.seed, self.limit = seed, limit
        self.engine = Engine()
        self.module = Module.from_file(self.engine, file)
        self.shims = {}
        self.guest = None
        self.linker = Linker(self.engine)
        self.linker.define_wasi()
        self.linker.allow_shadowing = True
        define_own(self.linker, self.module, lambda: self.guest)
        self.define_missing()

    def define_missing(self):
        """Defines a function that fails for every import that wasmtime does not have."""
        store = Store(self.engine)
        for item in self.module.imports:
            try:
                self.linker.get(store, item.module, item.name)
            except WasmtimeError:
                if isinstance(item.type, FuncType):
                    fail = missing(f"{item.module}.{item.name}")
                    self.linker.define_func(item.module, item.name, item.type, fail)

    def run(self, request):
        self.guest = guest = Guest(self.seed)
        guest.store = store = Store(self.engine)
        store.set_limits(memory_size=self.limit)
        wasi = WasiConfig()
        wasi.argv = [self.name]
        store.set_wasi(wasi)

        def start():
            instance = self.linker.instantiate(store, self.module)
            guest.exports = instance.exports(store)
            initialize = guest.exports.get("_initialize")
            if isinstance(initialize, Func):
                initialize(store)
            return {"end": "returned"}

        goes_on = self.answer(request["id"], start)
        for call in request["calls"]:
            if not goes_on:
                break
            goes_on = self.answer(request["id"], lambda: self.call(call))

    def answer(self, number, make):
        """Makes a call and writes how it ended. Returns whether another call can follow."""
        try:
            made = make()
        except Exception as error:
            made = failed(error)
        memory = self.guest.exports and self.guest.exports.get("memory")
        size = memory.data_len(self.guest.store) if isinstance(memory, Memory) else 0
        write({"id": number, **made, "memory_bytes": size, **self.guest.output()})
        return made["end"] == "returned"

    def call(self, call):
        exports, store = self.guest.exports, self.guest.store
        function = exports.get(call["name"])
        if not isinstance(function, Func):
            return {"end": "no-such-export", "words": call["name"]}
        try:
            shimmed = self.shimmed(call, function)
        except WasmtimeError as error:
            return {"end": "type-mismatch", "words": str(error)}
        memory, lent, core = exports.get("memory"), [], []
        for arg in call["args"]:
            if "number" in arg:
                core.append(int(arg["number"]))
                continue
            content, align = base64.b64decode(arg["memory"]), arg["align"]
            address = align
            if content:
                address = self.allocate(len(content), align)
                memory.write(store, content, address)
            is_pointer = arg["count"] is None
            lent.append((address, len(content), align, is_pointer))
            core.append(signed(address))
            if not is_pointer:
                core.append(signed(arg["count"]))
        returned = shimmed(store, *core)
        answer = {"end": "returned", "bits": None if returned is None else str(returned)}
        if call["elements"] is not None:
            address, count = (returned >> 32) & 0xFFFF_FFFF, returned & 0xFFFF_FFFF
            size = count * call["elements"]
            if count > 0 and (address == 0 or address + size > memory.data_len(store)):
                raise Passing(
                    f"{call['name']} returned {count} elements at {address}, out of bounds"
                )
            content = memory.read(store, address, address + size) if count > 0 else b""
            answer["memory"] = base64.b64encode(content).decode()
        answer["changed"] = [
            base64.b64encode(memory.read(store, address, address + size) if size else b"").decode()
            for address, size, _, is_pointer in lent
            if is_pointer
        ]
        for address, size, align, _ in reversed(lent):
            if size > 0:
                exports["polyreactor_free"](store, signed(address), size, align)
        return answer

    def shimmed(self, call, function):
        """The export with the type that the caller expects, with integers in place of floats."""
        # A store has room for 10,000 instances only.
        key = call["name"], call["shim"]
        made = self.guest.shimmed.get(key)
        if made is None:
            shim = self.shims.get(call["shim"])
            if shim is None:
                shim = Module(self.engine, base64.b64decode(call["shim"]))
                self.shims[call["shim"]] = shim
            made = Instance(self.guest.store, shim, [function]).exports(self.guest.store)["f"]
            self.guest.shimmed[key] = made
        return made

    def allocate(self, size, align):
        exports, store = self.guest.exports, self.guest.store
        allocate = exports.get("polyreactor_alloc")
        if not isinstance(allocate, Func):
            raise Passing("the guest has no polyreactor_alloc")
        address = allocate(store, size, align) & 0xFFFF_FFFF
        if address == 0 or address + size > exports["memory"].data_len(store):
            raise Passing(f"polyreactor_alloc returned {address}")
        return address


def missing(name):
    def fail(*_):
        raise MissingImport(name)

    return fail


def signed(number):
    """A 32-bit number as wasmtime takes it."""
    return (number & 0xFFFF_FFFF ^ 0x8000_0000) - 0x8000_0000


def failed(error):
    """How a call ended, out of the exception that it raised."""
    if isinstance(error, Exit):
        return {"end": "exit", "status": error.status}
    if isinstance(error, MissingImport):
        return {"end": "missing-import", "words": str(error)}
    if isinstance(error, Passing):
        return {"end": "passing", "words": str(error)}
    if isinstance(error, Trap):
        code = error.trap_code
        words = code.name if code else error.message
        frames = [f"{frame.func_index}:{frame.func_offset}" for frame in error.frames]
        fault = re.search(r"memory fault at wasm address 0x([0-9a-f]+)", error.message)
        address = int(fault[1], 16) if fault else None
        return {"end": "trap", "words": words, "frames": frames, "address": address}
    return {"end": "host", "words": f"{type(error).__name__}: {error}"}


def write(message):
    sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
    sys.stdout.buffer.flush()


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: wasmtime_py.py FILE SEED MEMORY_BYTES")
    file, seed, limit = sys.argv[1:]
    try:
        session = Session(file, int(seed), int(limit))
    except WasmtimeError as error:
        write({"refused": str(error)})
        sys.exit(1)
    write({"ready": True})
    for line in sys.stdin.buffer:
        session.run(json.loads(line))


main()

//! A minimal host over wasmi: builds and patches a fixture, provides WASI and host functions, and
//! allocates guest memory for strings and pointers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, bail, ensure};
use polyreactor_convention::{PatchOptions, patch};
use wasmi::{
    Caller, Engine, Extern, ExternType, Func, Instance, Linker, Memory, Module, Store, Val,
};

/// The output of the guest, and what the host functions do.
#[derive(Default)]
pub(crate) struct HostState {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) log: Vec<String>,
    /// The result of `host.ask`, `host.reverse` and `host.flags`: an address and a length.
    pub(crate) result: (i32, i32),
    /// The byte that `host.fill` writes for a bool.
    pub(crate) flag: u8,
    /// The address that `host.place` returns.
    pub(crate) place: i32,
    /// The export that `host.call-back` calls, with its arguments.
    pub(crate) call_back: Option<(&'static str, Vec<Val>)>,
}

pub(crate) struct Guest {
    pub(crate) store: Store<HostState>,
    instance: Instance,
}

/// The bytes of a fixture that is built for release with these features, not patched yet.
pub(crate) fn build(name: &str, features: &str) -> Result<Vec<u8>> {
    // Each fixture is built once for all tests: even an up-to-date cargo build takes a moment.
    static BUILT: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().expect("no test panics in here");
    let key = format!("{name} {features}");
    if let Some(bytes) = built.get(&key) {
        return Ok(bytes.clone());
    }
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fixtures");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--release", "--locked", "--target", "wasm32-wasip1"]);
    cargo.args(["--package", name, "--features", features]);
    cargo.arg("--target-dir").arg(&target).current_dir(fixtures);
    for outer in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        cargo.env_remove(outer);
    }
    let output = cargo.output().context("cargo runs")?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo build of {name}:\n{stderr}");
    let file = target.join(format!("wasm32-wasip1/release/{name}.wasm"));
    let bytes = std::fs::read(&file).with_context(|| format!("{}", file.display()))?;
    built.insert(key, bytes.clone());
    Ok(bytes)
}

impl Guest {
    /// A guest that has been patched, instantiated and initialised.
    pub(crate) fn new(name: &str) -> Result<Self> {
        Self::of(&build(name, "")?)
    }

    /// Patches, instantiates and initialises a module that has been built.
    pub(crate) fn of(built: &[u8]) -> Result<Self> {
        let mut guest = Self::uninitialised(built)?;
        guest.call("_initialize", &[])?;
        Ok(guest)
    }

    /// A guest that has been patched and instantiated, but not initialised.
    pub(crate) fn uninitialised(built: &[u8]) -> Result<Self> {
        let patched = patch(built, &PatchOptions::default())?;
        let engine = Engine::default();
        let module = Module::new(&engine, &patched.bytes)?;
        let mut store = Store::new(&engine, HostState::default());
        let mut linker = Linker::new(&engine);
        for import in module.imports() {
            let ExternType::Func(ty) = import.ty().clone() else { bail!("imports {import:?}") };
            let (place, name) = (import.module().to_owned(), import.name().to_owned());
            let function = Func::new(&mut store, ty, move |caller, given, results| {
                for (result, ty) in results.iter_mut().zip([wasmi::ValType::I32]) {
                    *result = Val::default(ty);
                }
                serve(&format!("{place}.{name}"), caller, given, results)
                    .map_err(|error| wasmi::Error::new(format!("{error:#}")))
            });
            linker.define(import.module(), import.name(), function)?;
        }
        let instance = linker.instantiate_and_start(&mut store, &module)?;
        Ok(Guest { store, instance })
    }

    /// The result of the export, if it has one; an error if the call traps.
    pub(crate) fn call(&mut self, name: &str, given: &[Val]) -> Result<Option<Val>> {
        let function = self.instance.get_func(&self.store, name).context(name.to_owned())?;
        call(&mut self.store, function, given)
    }

    /// Calls an export whose result is an i32.
    pub(crate) fn int(&mut self, name: &str, given: &[Val]) -> Result<i32> {
        let result = self.call(name, given)?.and_then(|result| result.i32());
        result.with_context(|| format!("`{name}` returns an i32"))
    }

    /// Calls an export whose result is a string.
    pub(crate) fn text(&mut self, name: &str, given: &[Val]) -> Result<String> {
        let result = self.call(name, given)?.and_then(|result| result.i64());
        let result = result.with_context(|| format!("`{name}` returns an i64"))?;
        let bytes = self.bytes((result >> 32) as i32, result as i32);
        String::from_utf8(bytes).context("UTF-8")
    }

    /// Calls an export whose result is a list of elements of `size` bytes; returns the list's
    /// bytes.
    pub(crate) fn list(&mut self, name: &str, given: &[Val], size: i32) -> Result<Vec<u8>> {
        let result = self.call(name, given)?.and_then(|result| result.i64());
        let result = result.with_context(|| format!("`{name}` returns an i64"))?;
        let (start, count) = ((result >> 32) as i32, result as i32);
        ensure!(start % size == 0, "a list at {start:#x}");
        Ok(self.bytes(start, count * size))
    }

    /// Calls an export that panics; returns the panic message.
    pub(crate) fn panic(&mut self, name: &str, given: &[Val]) -> Result<String> {
        self.store.data_mut().stderr.clear();
        match self.call(name, given) {
            Ok(result) => bail!("`{name}` returns {result:?}"),
            Err(error) => {
                let stderr = &self.store.data().stderr;
                ensure!(stderr.contains("panicked at"), "`{name}`: {error:#}, stderr {stderr:?}");
                Ok(stderr.lines().nth(2).unwrap_or_default().to_owned())
            }
        }
    }

    pub(crate) fn exports(&self, name: &str) -> bool {
        self.instance.get_export(&self.store, name).is_some()
    }

    /// Allocates a block and writes these bytes to it; returns its address.
    pub(crate) fn put(&mut self, bytes: &[u8], align: i32) -> Result<i32> {
        let given = [Val::I32(bytes.len() as i32), Val::I32(align)];
        let start = self.int("polyreactor_alloc", &given)?;
        ensure!(start != 0, "no memory for {} bytes", bytes.len());
        self.memory().write(&mut self.store, start as u32 as usize, bytes)?;
        Ok(start)
    }

    pub(crate) fn free(&mut self, start: i32, size: usize, align: i32) -> Result<()> {
        self.call("polyreactor_free", &free(start, size, align)).map(|_| ())
    }

    pub(crate) fn bytes(&self, start: i32, size: i32) -> Vec<u8> {
        let (start, size) = (start as u32 as usize, size as u32 as usize);
        self.memory().data(&self.store)[start..start + size].to_vec()
    }

    fn memory(&self) -> Memory {
        self.instance.get_memory(&self.store, "memory").expect("a reactor exports its memory")
    }
}

/// The arguments of `polyreactor_free`.
pub(crate) fn free(start: i32, size: usize, align: i32) -> [Val; 3] {
    [Val::I32(start), Val::I32(size as i32), Val::I32(align)]
}

fn call(store: impl wasmi::AsContextMut, function: Func, given: &[Val]) -> Result<Option<Val>> {
    let mut store = store;
    let ty = function.ty(&store);
    let mut results: Vec<Val> = ty.results().iter().map(|ty| Val::default(*ty)).collect();
    function.call(&mut store, given, &mut results)?;
    Ok(results.pop())
}

/// The WASI functions that the Rust fixtures call, and the host functions of the module `host`.
fn serve(
    name: &str,
    mut caller: Caller<HostState>,
    given: &[Val],
    results: &mut [Val],
) -> Result<()> {
    let ints: Vec<i32> = given.iter().map(|one| one.i32().unwrap_or_default()).collect();
    let memory = caller.get_export("memory").and_then(Extern::into_memory).context("memory")?;
    match name {
        "wasi_snapshot_preview1.fd_write" => {
            let (data, state) = memory.data_and_store_mut(&mut caller);
            let mut written = 0;
            for n in 0..ints[2] {
                let at = (ints[1] + 8 * n) as usize;
                let text = slice(data, int(data, at), int(data, at + 4))?;
                written += text.len() as i32;
                match ints[0] {
                    1 => state.stdout += text,
                    _ => state.stderr += text,
                }
            }
            data[ints[3] as usize..][..4].copy_from_slice(&written.to_le_bytes());
        }
        // An empty environment.
        "wasi_snapshot_preview1.environ_sizes_get" => {
            memory.write(&mut caller, ints[0] as usize, &[0; 4])?;
            memory.write(&mut caller, ints[1] as usize, &[0; 4])?;
        }
        "wasi_snapshot_preview1.environ_get" => {}
        "host.log" => {
            let (data, state) = memory.data_and_store_mut(&mut caller);
            state.log.push(slice(data, ints[0], ints[1])?.to_owned());
        }
        "host.ask" => {
            let (start, size) = caller.data().result;
            results[0] = Val::I64(i64::from(start) << 32 | i64::from(size));
        }
        "host.fill" => {
            let flag = caller.data().flag;
            let at = ints[0] as usize;
            // The field `yes`, and `y` of the second point.
            memory.write(&mut caller, at + 4, &[flag])?;
            memory.write(&mut caller, at + 40, &f64::from(ints[1]).to_le_bytes())?;
            let why = slice(memory.data(&caller), ints[2], ints[3])?.to_owned();
            caller.data_mut().log.push(why);
            results[0] = Val::I32(1);
        }
        "host.reverse" | "host.flags" => {
            let size = if name == "host.reverse" { 2 } else { 1 };
            for list in ints.chunks(2) {
                let (start, size) = (list[0] as usize, (list[1] * size) as usize);
                let bytes = memory.data(&caller)[start..start + size].to_vec();
                caller.data_mut().log.push(format!("{bytes:?}"));
            }
            let (start, count) = caller.data().result;
            results[0] = Val::I64(i64::from(start) << 32 | i64::from(count));
        }
        "host.place" => results[0] = Val::I32(caller.data().place),
        "host.call-back" => {
            let (name, given) = caller.data_mut().call_back.take().context("what to call")?;
            let function = caller.get_export(name).and_then(Extern::into_func).context(name)?;
            call(&mut caller, function, &given)?;
        }
        "host.numbers" => {
            let text = format!("{given:?}");
            caller.data_mut().log.push(text);
            results[0] = Val::I64(-2);
        }
        other => bail!("the guest calls {other}"),
    }
    Ok(())
}

fn int(data: &[u8], at: usize) -> i32 {
    i32::from_le_bytes(data[at..at + 4].try_into().expect("four bytes"))
}

fn slice(data: &[u8], start: i32, size: i32) -> Result<&str> {
    let (start, size) = (start as u32 as usize, size as u32 as usize);
    let bytes = data.get(start..start + size).context("inside of memory")?;
    std::str::from_utf8(bytes).context("UTF-8")
}

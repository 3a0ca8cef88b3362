//! What compiles reactors and serves them WASI: one for a whole program.

use std::fmt;
use std::sync::Arc;

use wasmtime::{Config, Linker, WasmBacktraceDetails};

use crate::Error;
use crate::wasi::{self, State};

/// Compiles reactors and holds what all of them share.
///
/// A program makes one and keeps it; a clone is the same engine. Memory for instances is
/// taken from the system as it is needed.
///
/// ```
/// let engine = polyreactor_host::Engine::new()?;
/// # Ok::<(), polyreactor_host::Error>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    linker: Arc<Linker<State>>,
}

impl Engine {
    /// An engine with the defaults.
    ///
    /// # Errors
    ///
    /// [`Error::Host`] where this machine can't run compiled Wasm.
    pub fn new() -> Result<Self, Error> {
        let mut config = Config::new();
        // File and line in the backtraces of guests that carry DWARF; read when they trap.
        config.wasm_backtrace_details(WasmBacktraceDetails::Enable);
        let inner = wasmtime::Engine::new(&config).map_err(Error::host)?;
        let linker = wasi::linker(&inner).map_err(Error::host)?;
        Ok(Engine { inner, linker: Arc::new(linker) })
    }

    pub(crate) fn inner(&self) -> &wasmtime::Engine {
        &self.inner
    }

    pub(crate) fn linker(&self) -> &Linker<State> {
        &self.linker
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

//! What an instance may take of the machine: a growth of memory or table in, yes or no out.

use wasmtime::ResourceLimiter;

/// Bounds of one instance, and whether it has run into them.
pub(crate) struct Limits {
    /// In bytes.
    pub(crate) memory: u64,
    /// In elements.
    pub(crate) table: u64,
    /// A growth was refused since the call began. The guest may have made do without (B013).
    pub(crate) was_refused: bool,
}

impl Limits {
    fn permit(&mut self, desired: usize, most: u64) -> bool {
        let fits = u64::try_from(desired).is_ok_and(|desired| desired <= most);
        self.was_refused |= !fits;
        fits
    }
}

impl ResourceLimiter for Limits {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(self.permit(desired, self.memory))
    }

    /// By what the module says of itself, or by the machine.
    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.was_refused = true;
        Ok(())
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(self.permit(desired, self.table))
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.was_refused = true;
        Ok(())
    }
}

//! What an instance may take of the machine: a growth of memory or table in, yes or no out.

use std::fmt;
use std::sync::Arc;

use wasmtime::ResourceLimiter;

use crate::InstanceConfig;
use crate::interrupt::deadline::Watch;

/// What a guest can run out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// Linear memory, in bytes.
    Memory,
    /// Room in a table, in elements.
    Table,
}

/// Bounds of one instance, and whether it has run into them.
pub(crate) struct Limits {
    /// In bytes.
    memory: u64,
    /// In elements.
    table: u64,
    /// The growth that was decided on last.
    asked: Growth,
    /// What there was of it then, where the growth was allowed.
    allowed_at: Option<u64>,
    /// The growth that was refused last, and the call that wanted it. The guest may have made do
    /// without (B013).
    refused: Option<(u64, Growth)>,
    watch: Arc<Watch>,
}

/// A growth that a guest asked for.
#[derive(Clone, Copy)]
pub(crate) struct Growth {
    pub(crate) resource: Resource,
    /// What there may be of it: by the embedder's word, or by the module's own.
    pub(crate) limit: u64,
}

impl Limits {
    pub(crate) fn new(config: &InstanceConfig, watch: Arc<Watch>) -> Self {
        let (memory, table) = (config.memory, config.table);
        let asked = Growth { resource: Resource::Memory, limit: memory };
        Limits { memory, table, asked, allowed_at: None, refused: None, watch }
    }

    /// Whether a memory of so many bytes is out of the question.
    pub(crate) fn forbids(&self, bytes: u64) -> bool {
        bytes > self.memory
    }

    /// What was refused to the call that is running.
    pub(crate) fn refused(&self) -> Option<Growth> {
        self.refused.filter(|(call, _)| *call == self.watch.call()).map(|(_, growth)| growth)
    }

    fn permit(
        &mut self,
        resource: Resource,
        current: usize,
        desired: usize,
        own: Option<usize>,
    ) -> bool {
        let [current, desired] =
            [current, desired].map(|size| u64::try_from(size).unwrap_or(u64::MAX));
        let own = own.and_then(|own| u64::try_from(own).ok());
        let given = match resource {
            Resource::Memory => self.memory,
            Resource::Table => self.table,
        };
        let limit = own.map_or(given, |own| own.min(given));
        self.asked = Growth { resource, limit };
        self.allowed_at = (desired <= limit).then_some(current);
        if desired > given {
            self.refuse();
        }
        desired <= given
    }

    /// A growth failed that was allowed: the machine has no more, or a pool has not.
    fn fail(&mut self) {
        if let Some(current) = self.allowed_at {
            self.asked.limit = current;
        }
        self.refuse();
    }

    fn refuse(&mut self) {
        self.refused = Some((self.watch.call(), self.asked));
    }
}

impl ResourceLimiter for Limits {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(self.permit(Resource::Memory, current, desired, maximum))
    }

    /// By what the module says of itself, or by the machine.
    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.fail();
        Ok(())
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(self.permit(Resource::Table, current, desired, maximum))
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.fail();
        Ok(())
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.resource, self.limit) {
            (Resource::Memory, bytes) if bytes % (1 << 20) == 0 => {
                write!(f, "more memory than its {} MiB", bytes >> 20)
            }
            (Resource::Memory, bytes) if bytes % (1 << 10) == 0 => {
                write!(f, "more memory than its {} KiB", bytes >> 10)
            }
            (Resource::Memory, bytes) => write!(f, "more memory than its {bytes} bytes"),
            (Resource::Table, elements) => {
                write!(f, "a table of more than its {elements} elements")
            }
        }
    }
}

/// The files that a guest has open.
pub(crate) struct Files {
    most: u32,
    open: u32,
}

impl Files {
    pub(crate) fn new(config: &InstanceConfig, given: usize) -> Self {
        let given = u32::try_from(given).unwrap_or(u32::MAX);
        Files { most: config.files, open: given }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.open >= self.most
    }

    pub(crate) fn opened(&mut self) {
        self.open += 1;
    }

    /// Standard streams, which were not counted, can be closed as well.
    pub(crate) fn closed(&mut self) {
        self.open = self.open.saturating_sub(1);
    }
}

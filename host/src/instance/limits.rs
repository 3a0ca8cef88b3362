//! The limits of an instance's memory and tables.

use std::sync::Arc;

use wasmtime::ResourceLimiter;

use crate::error::{Growth, Resource};
use crate::instance::config::InstanceConfig;
use crate::interrupt::deadline::Deadline;

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
    deadline: Arc<Deadline>,
}

impl Limits {
    pub(crate) fn new(config: &InstanceConfig, deadline: Arc<Deadline>) -> Self {
        let (memory, table) = (config.max_memory_bytes, config.max_table_elements);
        let asked = Growth { resource: Resource::Memory, limit: memory };
        Limits { memory, table, asked, allowed_at: None, refused: None, deadline }
    }

    /// Whether a memory of so many bytes is out of the question.
    pub(crate) fn forbids(&self, bytes: u64) -> bool {
        bytes > self.memory
    }

    /// What was refused to the call that is running.
    pub(crate) fn refused(&self) -> Option<Growth> {
        self.refused.filter(|(call, _)| *call == self.deadline.call()).map(|(_, growth)| growth)
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
        self.refused = Some((self.deadline.call(), self.asked));
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

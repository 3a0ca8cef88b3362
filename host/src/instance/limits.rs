//! The limits of the memory and tables of an instance, and the growths that were refused.

use std::sync::Arc;

use wasmtime::ResourceLimiter;

use crate::error::{Growth, Resource};
use crate::instance::config::InstanceConfig;
use crate::interrupt::deadline::Deadline;

/// The limits of one instance, and the last growth that was refused.
pub(crate) struct Limits {
    max_memory_bytes: u64,
    max_table_elements: u64,
    /// The last growth that was decided on.
    asked: Growth,
    /// The size before that growth, in bytes or elements; `None` where it was over the limit.
    allowed_at: Option<u64>,
    /// The last growth that was refused, and the number of the call that it happened in. The guest
    /// may have continued without it (B013).
    refused: Option<(u64, Growth)>,
    deadline: Arc<Deadline>,
}

impl Limits {
    pub(crate) fn new(config: &InstanceConfig, deadline: Arc<Deadline>) -> Self {
        let InstanceConfig { max_memory_bytes, max_table_elements, .. } = *config;
        let asked = Growth { resource: Resource::Memory, limit: max_memory_bytes };
        Limits {
            max_memory_bytes,
            max_table_elements,
            asked,
            allowed_at: None,
            refused: None,
            deadline,
        }
    }

    /// Whether `bytes` alone are more than the whole memory may have.
    pub(crate) fn forbids(&self, bytes: u64) -> bool {
        bytes > self.max_memory_bytes
    }

    /// The last growth that was refused in the running call.
    pub(crate) fn refused(&self) -> Option<Growth> {
        self.refused.filter(|(call, _)| *call == self.deadline.call()).map(|(_, growth)| growth)
    }

    /// Whether the embedder's limit allows a growth to `desired`; `own` is the maximum that the
    /// module declares, which the engine enforces.
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
            Resource::Memory => self.max_memory_bytes,
            Resource::Table => self.max_table_elements,
        };
        let limit = own.map_or(given, |own| own.min(given));
        self.asked = Growth { resource, limit };
        self.allowed_at = (desired <= limit).then_some(current);
        if desired > given {
            self.refuse();
        }
        desired <= given
    }

    /// Records the failure of a growth that was allowed: over the maximum of the module, or the
    /// machine or a pooling allocator has no more.
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

    /// Also called where the growth was over the maximum that the module declares.
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

//! The number of files that a guest has open.

use crate::wasi::WasiConfig;

/// The files that a guest has open.
pub(crate) struct Files {
    max: u32,
    open: u32,
}

impl Files {
    pub(crate) fn new(config: &WasiConfig, given: usize) -> Self {
        let given = u32::try_from(given).unwrap_or(u32::MAX);
        Files { max: config.max_open_files, open: given }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.open >= self.max
    }

    pub(crate) fn opened(&mut self) {
        self.open += 1;
    }

    /// Standard streams, which were not counted, can be closed as well.
    pub(crate) fn closed(&mut self) {
        self.open = self.open.saturating_sub(1);
    }
}

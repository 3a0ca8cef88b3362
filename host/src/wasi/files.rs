//! [`Files`]: counts the open files of a guest against their limit.

use crate::wasi::WasiConfig;

/// The number of files and directories that a guest has open, and its maximum.
pub(crate) struct Files {
    max: u32,
    open: u32,
}

impl Files {
    /// `preopened` is the number of directories that are open from the beginning.
    pub(crate) fn new(config: &WasiConfig, preopened: usize) -> Self {
        let open = u32::try_from(preopened).unwrap_or(u32::MAX);
        Files { max: config.max_open_files, open }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.open >= self.max
    }

    pub(crate) fn opened(&mut self) {
        self.open += 1;
    }

    /// Saturates, because a guest can also close the standard streams, which are not counted.
    pub(crate) fn closed(&mut self) {
        self.open = self.open.saturating_sub(1);
    }
}

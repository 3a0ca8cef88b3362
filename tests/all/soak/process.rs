//! The memory, address space, file descriptors and threads of this process, to detect leaks.

use std::fmt;

/// Only Linux has `/proc/self`.
pub(crate) const CAN_BE_MEASURED: bool = cfg!(target_os = "linux");

/// The resources of the process, measured while no instance exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    /// Resident memory, in MiB.
    resident_mib: u64,
    /// Reserved addresses, in GiB. Each instance reserves gibibytes of them, so that even a few
    /// small leaked instances are detected.
    reserved_gib: u64,
    descriptors: usize,
    threads: usize,
}

/// Resident memory, in MiB, by which allocators may grow. A run that leaks an instance in each step
/// exceeds this within a round.
const SLACK_MIB: u64 = 48;

/// Addresses, in GiB, for the cached stacks of ended threads and the arenas of the allocator.
const SLACK_GIB: u64 = 8;

impl Held {
    /// Measures the process; `None` if that is not possible on this system.
    pub(crate) fn now() -> Option<Self> {
        if !CAN_BE_MEASURED {
            return None;
        }
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let kib = |key: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(key))?;
            line.trim().trim_end_matches(" kB").parse().ok()
        };
        let count = |folder: &str| Some(std::fs::read_dir(folder).ok()?.count());
        Some(Held {
            resident_mib: kib("VmRSS:")? >> 10,
            reserved_gib: kib("VmSize:")? >> 20,
            // Without the descriptor that `read_dir` itself has open.
            descriptors: count("/proc/self/fd")? - 1,
            threads: count("/proc/self/task")?,
        })
    }

    /// The largest of each.
    pub(crate) fn max(self, other: Self) -> Self {
        Held {
            resident_mib: self.resident_mib.max(other.resident_mib),
            reserved_gib: self.reserved_gib.max(other.reserved_gib),
            descriptors: self.descriptors.max(other.descriptors),
            threads: self.threads.max(other.threads),
        }
    }

    /// Describes the resources that have grown by more than their slack; `None` if none has.
    pub(crate) fn grown_since(self, before: Self) -> Option<String> {
        let figures = [
            ("memory", "MiB", before.resident_mib, self.resident_mib, SLACK_MIB),
            ("memory", "GiB of addresses", before.reserved_gib, self.reserved_gib, SLACK_GIB),
            ("descriptors", "of them", before.descriptors as u64, self.descriptors as u64, 0),
            ("threads", "of them", before.threads as u64, self.threads as u64, 0),
        ];
        let grown = figures.iter().filter(|(_, _, before, now, slack)| *now > before + slack);
        let lines = grown.map(|(what, unit, before, now, slack)| {
            let bound = if *slack == 0 { String::new() } else { format!(" (bound: {slack} more)") };
            format!("{what} grew: {before}, then {now} {unit}{bound}")
        });
        let lines: Vec<_> = lines.collect();
        (!lines.is_empty()).then(|| lines.join("; "))
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Held { resident_mib, reserved_gib, descriptors, threads } = self;
        write!(
            f,
            "{resident_mib} MiB resident, {reserved_gib} GiB of addresses, {descriptors} \
             descriptors, {threads} threads"
        )
    }
}

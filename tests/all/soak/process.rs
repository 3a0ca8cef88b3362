//! What this process holds of the machine, and whether that has grown.

use std::fmt;

/// Elsewhere than on Linux there is no `/proc/self` to look at.
pub(crate) const CAN_BE_MEASURED: bool = cfg!(target_os = "linux");

/// What the process holds when no instance is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    /// Memory that is really there.
    resident_mib: u64,
    /// Addresses that are taken: each instance reserves gibibytes of them, so that few leaked
    /// ones show, however small they are.
    reserved_gib: u64,
    descriptors: usize,
    threads: usize,
}

/// What allocators may keep for themselves from one round to the next. An instance that leaked
/// in each step would take this within a round.
const SLACK_MIB: u64 = 48;

/// What the stacks of ended threads and the allocator's arenas may come to.
const SLACK_GIB: u64 = 8;

impl Held {
    /// As it is now; `None` where that can't be told.
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
            // Less the one that counts them.
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

    /// What is more than it was, beyond what may be.
    pub(crate) fn grown_since(self, before: Self) -> Option<String> {
        let figures = [
            ("memory", "MiB", before.resident_mib, self.resident_mib, SLACK_MIB),
            ("memory", "GiB of addresses", before.reserved_gib, self.reserved_gib, SLACK_GIB),
            ("descriptors", "of them", before.descriptors as u64, self.descriptors as u64, 0),
            ("threads", "of them", before.threads as u64, self.threads as u64, 0),
        ];
        let grown = figures.iter().filter(|(_, _, before, now, slack)| *now > before + slack);
        let told = grown.map(|(what, unit, before, now, slack)| {
            let bound = if *slack == 0 { String::new() } else { format!(" (bound: {slack} more)") };
            format!("{what} grew: {before}, then {now} {unit}{bound}")
        });
        let told: Vec<_> = told.collect();
        (!told.is_empty()).then(|| told.join("; "))
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

//! Worlds: the seeds, clocks and addresses that instances are run with.

use crate::run::column::World;
use crate::run::runner::Seat;

/// The beginning of the year 2000 (UTC), in nanoseconds since 1970.
const START_NS: u64 = 946_684_800 * 1_000_000_000;

/// A seat for each implementation, all in the same world.
pub(crate) fn seats(implementations: usize, seed: u64) -> Vec<Seat> {
    (0..implementations).map(|implementation| seat(implementation, seed)).collect()
}

/// A seat for one implementation.
pub(crate) fn seat(implementation: usize, seed: u64) -> Seat {
    Seat { implementation, world: World { seed, start_ns: START_NS, shift_bytes: 0 } }
}

/// Two seats for one implementation, in worlds that differ in everything: what is observed to
/// differ is noise. Each attempt has other worlds.
pub(crate) fn twins(implementation: usize, attempt: u64) -> [Seat; 2] {
    [0, 1].map(|twin| {
        let number = 2 * attempt + twin;
        let world = World {
            seed: mix(0x7061_7269_7479, number),
            // Other days, hours, minutes and seconds.
            start_ns: START_NS + number * 123_456_789 * 1_000_000_000,
            shift_bytes: number as u32 * 1_048,
        };
        Seat { implementation, world }
    })
}

/// A seed for the part `number` of what has the seed `seed` (SplitMix64).
pub(crate) fn mix(seed: u64, number: u64) -> u64 {
    let mut mixed = seed.wrapping_add((number.wrapping_add(1)).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

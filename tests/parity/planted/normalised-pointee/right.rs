//! Measures a range. A range that is the wrong way round is turned.

use polyreactor_guest::{HostLayout, export};

/// A range, whose ends may be in any order.
#[derive(HostLayout)]
#[repr(C)]
pub struct Range {
    /// One end.
    pub from: i32,
    /// The other end.
    pub to: i32,
}

/// The distance of the two ends.
#[export]
pub fn width(range: &mut Range) -> u32 {
    if range.from > range.to {
        std::mem::swap(&mut range.from, &mut range.to);
    }
    range.to.abs_diff(range.from)
}

//! Measures a range. The range stays as it was.

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
pub fn width(range: &Range) -> u32 {
    range.to.abs_diff(range.from)
}

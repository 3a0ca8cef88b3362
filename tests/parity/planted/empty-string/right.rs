//! Counts the fields of a line, which commas separate. An empty line has one field, which is
//! empty.

use polyreactor_guest::export;

/// The number of fields in `line`.
#[export]
pub fn fields(line: &str) -> u32 {
    line.split(',').count() as u32
}

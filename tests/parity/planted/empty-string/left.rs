//! Counts the fields of a line, which commas separate. An empty line has no field.

use polyreactor_guest::export;

/// The number of fields in `line`.
#[export]
pub fn fields(line: &str) -> u32 {
    if line.is_empty() {
        return 0;
    }
    line.split(',').count() as u32
}

//! Divides a thousand into parts. Without parts it exits.

use polyreactor_guest::export;

/// The size of one of so many parts.
#[export]
pub fn share(parts: u32) -> u32 {
    if parts == 0 {
        eprintln!("there are no parts");
        std::process::exit(1);
    }
    1000 / parts
}

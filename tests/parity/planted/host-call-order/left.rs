//! Passes a warning on to the host. It logs the warning, then rings.

use polyreactor_guest::{export, import};

#[import(module = "host")]
extern "C" {
    fn log(message: &str);
    fn ring(times: u32);
}

/// Logs `message`; rings three times if it is urgent, else once.
#[export]
pub fn warn(message: &str, urgent: bool) {
    log(message);
    ring(if urgent { 3 } else { 1 });
}

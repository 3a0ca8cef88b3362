//! Passes a warning on to the host. It rings for an urgent one before it logs.

use polyreactor_guest::{export, import};

#[import(module = "host")]
extern "C" {
    fn log(message: &str);
    fn ring(times: u32);
}

/// Logs `message`; rings three times if it is urgent, else once.
#[export]
pub fn warn(message: &str, urgent: bool) {
    if urgent {
        ring(3);
    }
    log(message);
    if !urgent {
        ring(1);
    }
}

//! Room for values between Rust and guest memory: lowered, lifted, checked.

pub(crate) mod call_scope;
pub(crate) mod core;
pub(crate) mod host_value;
pub(crate) mod lists;
pub(crate) mod pointer;
pub(crate) mod record;
pub(crate) mod values;

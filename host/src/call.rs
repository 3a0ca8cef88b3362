//! Room for calls: by name or by function, from outside or from a host function.

pub(crate) mod by_name;
pub(crate) mod caller;
pub(crate) mod declared;
pub(crate) mod func;
pub(crate) mod invoke;
pub(crate) mod params;

//! What a type needs when the plugin starts: an entry of `.init_array`, or none.

/// Nothing. A static of this type takes no room, even where constructors are listed.
pub struct Nothing;

/// A constructor that makes `polyreactor_alloc` and `polyreactor_free` work. Only where it is
/// named, the plugin exports them.
#[repr(transparent)]
pub struct Setup(#[allow(dead_code)] extern "C" fn());

impl Setup {
    /// As often as it may run, it does the same.
    #[cfg(target_arch = "wasm32")]
    pub const MEMORY: Self = Setup(crate::memory::hooks::install);

    /// Natively there is no host that would call them.
    #[cfg(not(target_arch = "wasm32"))]
    pub const MEMORY: Self = {
        extern "C" fn nothing() {}
        Setup(nothing)
    };
}

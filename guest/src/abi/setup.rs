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

/// What an export needs at the start for what it prints: that it reaches the
/// host though the plugin panics then.
#[cfg(all(target_arch = "wasm32", feature = "stdout"))]
pub type Printed = Setup;
/// Natively, and where the author does without, nothing.
#[cfg(not(all(target_arch = "wasm32", feature = "stdout")))]
pub type Printed = Nothing;

/// That.
#[cfg(all(target_arch = "wasm32", feature = "stdout"))]
pub const PRINTED: Printed = Setup(flush_at_panic);
/// That.
#[cfg(not(all(target_arch = "wasm32", feature = "stdout")))]
pub const PRINTED: Printed = Nothing;

/// Called by the init hook, before which other constructors may not have run.
#[inline(always)]
pub fn prepare_output() {
    #[cfg(all(target_arch = "wasm32", feature = "stdout"))]
    flush_at_panic();
}

/// Nothing unwinds on WASI, so that a panic hook is the last that runs. The one that was there
/// tells the message first, and the output comes behind it, as where a program ends natively.
/// Each export brings this, and there is to be one hook.
#[cfg(all(target_arch = "wasm32", feature = "stdout"))]
extern "C" fn flush_at_panic() {
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.swap(true, Relaxed) {
        return;
    }
    // Leaked, as code that frees it would only take room: the hook stays as long as the plugin.
    let before: &'static _ = Box::leak(std::panic::take_hook());
    std::panic::set_hook(Box::new(|info| {
        before(info);
        super::flush_stdout();
    }));
}

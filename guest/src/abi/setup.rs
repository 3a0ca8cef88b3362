//! Constructors: the entries of `.init_array` that a plugin needs for the types of its functions,
//! and for standard output.

/// No constructor. A static of this type in the section `.init_array` has a size of 0 bytes.
pub struct Nothing;

/// A constructor, as an entry of `.init_array`.
#[repr(transparent)]
pub struct Setup(#[allow(dead_code)] extern "C" fn());

impl Setup {
    /// The constructor that installs the hooks of `polyreactor_alloc` and `polyreactor_free`. A
    /// plugin exports the two only if something refers to this constant. The constructor may run
    /// more than once, with the same effect.
    #[cfg(target_arch = "wasm32")]
    pub const MEMORY: Self = Setup(crate::memory::hooks::install);

    /// Natively: a constructor that does nothing, as there is no host to call the allocator.
    #[cfg(not(target_arch = "wasm32"))]
    pub const MEMORY: Self = {
        extern "C" fn nothing() {}
        Setup(nothing)
    };
}

/// The type of [`PRINTED`].
#[cfg(all(target_arch = "wasm32", feature = "stdout"))]
pub type Printed = Setup;
/// The type of [`PRINTED`].
#[cfg(not(all(target_arch = "wasm32", feature = "stdout")))]
pub type Printed = Nothing;

/// The constructor that each export brings for standard output: it sets a panic hook that flushes
/// what was printed before a panic.
#[cfg(all(target_arch = "wasm32", feature = "stdout"))]
pub const PRINTED: Printed = Setup(flush_at_panic);
/// Natively, and without the feature `stdout`: no constructor.
#[cfg(not(all(target_arch = "wasm32", feature = "stdout")))]
pub const PRINTED: Printed = Nothing;

/// Sets the panic hook of [`PRINTED`]. The init hook calls this first, because it is a constructor
/// itself and may run before the others.
#[inline(always)]
pub fn prepare_output() {
    #[cfg(all(target_arch = "wasm32", feature = "stdout"))]
    flush_at_panic();
}

/// Sets a panic hook that flushes standard output. The hook is the last code that runs in a panic,
/// because nothing unwinds on WASI. The previous hook runs first, so that the output follows the
/// panic message, as it does in a native program. Each export has this constructor: `DONE` keeps
/// the hook from being set twice.
#[cfg(all(target_arch = "wasm32", feature = "stdout"))]
extern "C" fn flush_at_panic() {
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.swap(true, Relaxed) {
        return;
    }
    // Leaked: the hook lives as long as the plugin, and code that frees it would only take space.
    let before: &'static _ = Box::leak(std::panic::take_hook());
    std::panic::set_hook(Box::new(|info| {
        before(info);
        super::flush_stdout();
    }));
}

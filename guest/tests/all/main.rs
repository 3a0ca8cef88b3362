//! Tests of the guest crate, as one program: `running` builds guests and runs them in an
//! interpreter, `twin` runs the same shims natively.

// Miri cannot start programs such as cargo; it runs `twin` only.
#[cfg(not(miri))]
mod running;
mod twin;

//! The guest crate's tests, as one program: guests that are built and run, and the shims' native
//! twin.

// Miri starts no programs; `twin` is for it.
#[cfg(not(miri))]
mod running;
mod twin;

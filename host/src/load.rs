//! Loading: reads, inspects and checks a module ([`CheckedModule`]), then compiles it
//! ([`Reactor`]).
//!
//! The two stages have separate types, so that an embedder can check imports and exports before it
//! compiles. Uses `os`, `error`, `engine` and `instance`; `link` uses this module. Nothing here
//! depends on host functions or calls.

mod checked;
mod reactor;

pub use checked::CheckedModule;
pub use reactor::Reactor;

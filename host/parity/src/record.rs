//! Recordings: the calls of a live instance, with everything that their outcomes depend on, so that
//! they can be made again on another implementation.
//!
//! A recording begins with the world of the instance (the seed, the start of the clocks), because a
//! guest reads both during `_initialize` already: Go takes the seed of its maps there.
//!
//! `format.rs` is the format of the file, `recorder.rs` writes it, `player.rs` makes the calls again.

mod format;
mod player;
mod recorder;

pub use format::{HostEvent, Recording, Step, VERSION, World};
pub use player::{Divergence, Played, play};
pub use recorder::{Recorded, Recorder};

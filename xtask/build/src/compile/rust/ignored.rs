//! Notes on variables that steer cargo, rustc or rustup, and that plugins are built without.

use std::path::Path;

use crate::compile::ignored::{self, Purpose};
use crate::project::Project;
use crate::toolchain::rust::{Rustc, look};

/// A note for each purpose.
pub(super) fn notes(project: &Project, rustc: &Rustc) -> Vec<String> {
    let mut notes = ignored::notes(&PURPOSES);
    notes.extend(other_toolchain(project, rustc));
    notes
}

const PURPOSES: [Purpose; 3] = [
    Purpose {
        is: |name| {
            matches!(
                name,
                "RUSTFLAGS" | "CARGO_BUILD_RUSTFLAGS" | "CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS"
            )
        },
        instead: "flags for plugins are `rustflags` under `[target.wasm32-wasip1]` in the \
                  project's own `.cargo/config.toml`",
    },
    Purpose {
        is: |name| name.starts_with("CARGO_PROFILE_"),
        instead: "a plugin's profile stands in the Cargo.toml of its workspace, and `profile` \
                  under `[rust]` in plugin.toml chooses another than `release`",
    },
    Purpose {
        is: |name| name == "CARGO_BUILD_TARGET",
        instead: "plugins are built for wasm32-wasip1",
    },
];

/// A note where this program was started with a toolchain that no folder of the project chooses:
/// by `cargo +nightly`, or RUSTUP_TOOLCHAIN. Cargo sets that variable for every program it runs, so
/// the variable alone says nothing.
fn other_toolchain(project: &Project, rustc: &Rustc) -> Option<String> {
    let asked_for = std::env::var("RUSTUP_TOOLCHAIN").ok().filter(|name| !name.is_empty())?;
    let is = |rustc: &Rustc| {
        let name = Path::new(&rustc.sysroot).file_name().unwrap_or_default().to_string_lossy();
        name == asked_for || name.starts_with(&format!("{asked_for}-"))
    };
    if is(rustc) || look(&project.root).is_ok_and(|rustc| is(&rustc)) {
        return None;
    }
    Some(format!(
        "the toolchain {asked_for} was chosen, by `+` or RUSTUP_TOOLCHAIN; plugins are built by \
         the toolchain of their folder ({}): a rust-toolchain.toml there chooses another",
        rustc.version
    ))
}

//! What people set to steer cargo and rustc, and that plugins are built without.

use std::path::Path;

use crate::compile::ignored::{self, Purpose};
use crate::find::Project;
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
        instead: "flags for them are `rustflags` under `[target.wasm32-wasip1]`, in the project's \
                  own `.cargo/config.toml`",
    },
    Purpose {
        is: |name| name.starts_with("CARGO_PROFILE_"),
        instead: "write their profile into the Cargo.toml of the plugin's workspace; `profile` \
                  under `[rust]` in plugin.toml names another one than `release`",
    },
    Purpose {
        is: |name| name == "CARGO_BUILD_TARGET",
        instead: "they are always built for wasm32-wasip1",
    },
];

/// A note where this program was started with a toolchain that nothing in the project asks for:
/// `cargo +nightly`, or RUSTUP_TOOLCHAIN. Cargo sets the variable for every program.
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
        "the toolchain {asked_for} was asked for, and plugins are built by that of their folder \
         ({}): a rust-toolchain.toml there names another",
        rustc.version
    ))
}

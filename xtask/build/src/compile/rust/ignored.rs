//! Notes on variables that would change what cargo, rustc or rustup do, and that are removed from
//! builds of plugins.

use std::path::Path;

use crate::compile::ignored::{self, Purpose};
use crate::project::Project;
use crate::toolchain::rust::{Rustc, look};

/// One note for each group of variables of which one is set, and one for a toolchain that was
/// chosen on the command line.
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
        instead: "set flags for plugins as `rustflags` under `[target.wasm32-wasip1]` in the \
                  project's `.cargo/config.toml`",
    },
    Purpose {
        is: |name| name.starts_with("CARGO_PROFILE_"),
        instead: "set profiles in the Cargo.toml of the plugin's workspace; `profile` under \
                  `[rust]` in plugin.toml chooses another one than `release`",
    },
    Purpose {
        is: |name| name == "CARGO_BUILD_TARGET",
        instead: "their target is always wasm32-wasip1",
    },
];

/// A note if the user has chosen a toolchain, by `cargo +nightly` or RUSTUP_TOOLCHAIN, that neither
/// the guest's folder nor the project's root chooses. Rustup's cargo sets the variable for every
/// program that it runs, so that its presence alone does not show a choice of the user.
fn other_toolchain(project: &Project, rustc: &Rustc) -> Option<String> {
    let requested = std::env::var("RUSTUP_TOOLCHAIN").ok().filter(|name| !name.is_empty())?;
    let is = |rustc: &Rustc| {
        let name = Path::new(&rustc.sysroot).file_name().unwrap_or_default().to_string_lossy();
        name == requested || name.starts_with(&format!("{requested}-"))
    };
    if is(rustc) || look(&project.root).is_ok_and(|rustc| is(&rustc)) {
        return None;
    }
    Some(format!(
        "the toolchain {requested} was chosen, by `+` or RUSTUP_TOOLCHAIN, but plugins are built \
         with the toolchain of their folder ({}): a rust-toolchain.toml there chooses another",
        rustc.version
    ))
}

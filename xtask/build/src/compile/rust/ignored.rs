//! Notes on variables that change what cargo, rustc or rustup do. All but a wrapper of rustc are
//! removed from builds of plugins.

use std::path::Path;

use crate::compile::ignored::{self, Purpose};
use crate::project::Project;
use crate::toolchain::rust::{Rustc, look};

/// One note for each group of variables of which one is set, one for a wrapper, and one for a
/// toolchain that was chosen on the command line.
pub(super) fn notes(project: &Project, rustc: &Rustc) -> Vec<String> {
    let mut notes = ignored::notes(&PURPOSES);
    notes.extend(wrapper());
    notes.extend(other_toolchain(project, rustc));
    notes
}

const PURPOSES: [Purpose; 5] = [
    Purpose {
        is: |name| {
            let of_the_user = ["CARGO_BUILD_RUSTFLAGS", "CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS"];
            name == "RUSTFLAGS"
                || of_the_user.contains(&name)
                || name == "CARGO_ENCODED_RUSTFLAGS" && !in_build_script()
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
    Purpose {
        is: |name| matches!(name, "RUSTC" | "CARGO_BUILD_RUSTC") && !in_build_script(),
        instead: "a rust-toolchain.toml in the plugin's folder chooses their compiler",
    },
    Purpose {
        is: |name| {
            matches!(name, "RUSTC_WORKSPACE_WRAPPER" | "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER")
                && !in_build_script()
        },
        instead: "a wrapper for plugins is set as `rustc-workspace-wrapper` under `[build]` in the \
                  project's `.cargo/config.toml`",
    },
];

/// Whether this process is a build script: cargo sets its own compiler and flags for it, which are
/// no choice of the user.
fn in_build_script() -> bool {
    ["OUT_DIR", "NUM_JOBS"].iter().all(|name| std::env::var_os(name).is_some())
}

/// A note if the user has set a wrapper of the compiler, which builds of plugins run as well.
fn wrapper() -> Option<String> {
    let set = |name: &&&str| std::env::var(name).is_ok_and(|value| !is_no_wrapper(&value));
    let name = ["RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER"].iter().find(set)?;
    Some(format!(
        "{name} is set in the environment, and plugins are built with it: if the wrapper changes \
         what rustc writes, the plugins differ from those of other machines"
    ))
}

/// Whether the value of a setting names no wrapper, or a cache of compiled crates, which changes no
/// output.
pub(super) fn is_no_wrapper(value: &str) -> bool {
    let name = Path::new(value).file_stem().unwrap_or_default();
    value.is_empty() || name == "sccache" || name == "ccache"
}

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

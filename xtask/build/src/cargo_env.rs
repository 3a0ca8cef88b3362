//! Environment variables that a nested cargo must not inherit.
//!
//! `cargo xtask` and build scripts run as child processes of a cargo. Its variables would change
//! the builds of guests: they would use another toolchain than that of the guest's folder, flags
//! that are meant for the host, or the features of another package.

use std::ffi::OsString;

/// The names of the variables in this process's environment to remove for a nested cargo: those
/// that the outer cargo and rustup set, and those with flags that are meant for the host.
pub(crate) fn foreign() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_str().is_some_and(is_foreign))
}

fn is_foreign(name: &str) -> bool {
    const EXACT: &[&str] = &[
        "CARGO",
        "CARGO_CRATE_NAME",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_INCREMENTAL",
        "CARGO_PRIMARY_PACKAGE",
        // `cargo clippy` wraps the compiler of workspace members, and a guest may be a member.
        "CLIPPY_ARGS",
        "OUT_DIR",
        "RUSTC",
        "RUSTC_LINKER",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTDOC",
        "RUSTFLAGS",
        "RUSTUP_TOOLCHAIN",
    ];
    const PREFIXES: &[&str] = &[
        "CARGO_BIN_",
        "CARGO_BUILD_",
        "CARGO_CFG_",
        "CARGO_FEATURE_",
        "CARGO_MANIFEST_",
        "CARGO_PKG_",
        "CARGO_PROFILE_",
        "CARGO_TARGET_",
    ];
    // The number of processes and a cache of compiled crates change no output.
    const KEPT: &[&str] = &["CARGO_BUILD_JOBS", "CARGO_BUILD_RUSTC_WRAPPER"];
    !KEPT.contains(&name)
        && (EXACT.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix)))
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn variables_that_change_a_build_are_removed_and_those_that_find_crates_are_kept() {
        for name in [
            "RUSTFLAGS",
            "RUSTUP_TOOLCHAIN",
            "CARGO_TARGET_DIR",
            "CARGO_BUILD_TARGET",
            "CARGO_FEATURE_STDOUT",
        ] {
            assert!(is_foreign(name), "{name}");
        }
        for name in [
            "CARGO_HOME",
            "CARGO_BUILD_JOBS",
            "CARGO_NET_OFFLINE",
            "CARGO_REGISTRIES_MINE_INDEX",
            "PATH",
        ] {
            assert!(!is_foreign(name), "{name}");
        }
    }
}

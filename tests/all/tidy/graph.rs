//! The graph of crates: who may use whom, and what stays out of which crate.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use polyreactor_tests::repository;

/// The crates that people depend on, from the bottom upwards, with those of ours that each may
/// use. Tests of a crate may use others as well.
const GRAPH: &[(&str, &[&str])] = &[
    ("polyreactor-contract", &["polyreactor-layout"]),
    ("polyreactor-layout", &[]),
    ("polyreactor-guest-macros", &[]),
    ("polyreactor-guest", &["polyreactor-guest-macros", "polyreactor-layout"]),
    ("polyreactor-convention", &["polyreactor-contract"]),
    ("polyreactor-build", &["polyreactor-contract", "polyreactor-convention"]),
    (
        "polyreactor-host",
        &[
            "polyreactor-contract",
            "polyreactor-convention",
            "polyreactor-guest-macros",
            "polyreactor-layout",
        ],
    ),
    ("polyreactor", &["polyreactor-contract", "polyreactor-convention", "polyreactor-host"]),
];

/// What a crate never needs, by whichever way.
const ABSENT: &[(&str, &[&str])] = &[
    ("polyreactor-host", &["cargo_metadata", "polyreactor-guest"]),
    ("polyreactor-contract", &["walrus", "wasmparser", "wasmtime", "cargo_metadata"]),
    ("polyreactor-guest", &["walrus", "wasmparser", "wasmtime", "cargo_metadata"]),
    ("polyreactor-convention", &["wasmtime", "cargo_metadata"]),
    ("polyreactor-build", &["wasmtime"]),
];

pub(super) fn crates_use_what_is_below_them() -> Result<()> {
    let graph = Graph::new()?;
    let mut faults = Vec::new();
    for (name, allowed) in GRAPH {
        let used = graph.uses.get(*name).with_context(|| format!("there is no crate {name}"))?;
        let ours = used.iter().filter(|used| used.starts_with("polyreactor"));
        let wrong = ours.filter(|used| !allowed.contains(&used.as_str()));
        faults.extend(wrong.map(|used| format!("{name} uses {used}")));
    }
    for (name, absent) in ABSENT {
        let reached = graph.reached(name);
        let wrong = absent.iter().filter(|absent| reached.contains(**absent));
        faults.extend(wrong.map(|absent| format!("{name} needs {absent}")));
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// The names of the packages that each uses, for itself or for its build.
struct Graph {
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn new() -> Result<Self> {
        let manifest = repository().join("Cargo.toml");
        let locked = vec!["--locked".to_owned()];
        let metadata = MetadataCommand::new().manifest_path(manifest).other_options(locked).exec();
        let metadata: Metadata = metadata.context("cargo metadata")?;
        let name = |id: &PackageId| metadata[id].name.to_string();
        let nodes = metadata.resolve.as_ref().context("cargo resolves nothing")?.nodes.iter();
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in nodes {
            let used = node.deps.iter().filter(|used| {
                used.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development)
            });
            // Several versions of a package count as one.
            uses.entry(name(&node.id)).or_default().extend(used.map(|used| name(&used.pkg)));
        }
        Ok(Graph { uses })
    }

    /// All that a package needs.
    fn reached(&self, name: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let used = |name: &str| self.uses.get(name).into_iter().flatten().map(String::as_str);
        let mut next: Vec<&str> = used(name).collect();
        while let Some(name) = next.pop() {
            if reached.insert(name) {
                next.extend(used(name));
            }
        }
        reached
    }
}

//! The first stage: finds the project that a folder is in, and every implementation of its plugins.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Metadata, MetadataCommand, Package};
use polyreactor_convention::Language;

use crate::compile::{ADAPTERS, Adapter};
use crate::plugin::{Description, Settings, Table};
use crate::project::{Guest, Project};

/// Finds the cargo workspace that `folder` is in, and every implementation of its plugins.
///
/// A plugin is either a folder with a `plugin.toml` that a glob in
/// `[workspace.metadata.polyreactor] plugins` matches (relative to the workspace's root), with its
/// implementations in `rust/`, `go/` and `zig/`; or a package of the workspace with a table
/// `[package.metadata.polyreactor]`, which is its own Rust implementation.
///
/// # Errors
///
/// - `folder` is in no cargo project.
/// - The project has no plugin, or a glob matches no folder with a `plugin.toml`.
/// - A description cannot be read or is faulty; the faults of all descriptions are reported at
///   once.
/// - An implementation lacks its `Cargo.toml`, `go.mod` or `build.zig`; a plugin has no
///   implementation, or two in one language.
pub fn find(folder: &Path) -> Result<Project> {
    let metadata = metadata(folder)?;
    let root = metadata.workspace_root.clone().into_std_path_buf();
    let folders = plugin_folders(&metadata, &root)?;
    let in_folders = folders.iter().map(|folder| implementations(folder, &metadata));
    let packages = metadata.workspace_packages();
    let single = packages.iter().map(|package| Ok(single_crate(package)?.into_iter().collect()));
    let mut guests = all_of(in_folders.chain(single))?;
    guests.sort_by(|a, b| (&a.name, a.language).cmp(&(&b.name, b.language)));
    refuse_duplicates(&guests)?;
    if guests.is_empty() {
        bail!(
            "no plugins in {}: name their folders in Cargo.toml:\n\n  \
             [workspace.metadata.polyreactor]\n  plugins = [\"plugins/*\"]\n\n\
             each a folder with a plugin.toml and implementations in rust/, go/ or zig/; a \
             crate that is a plugin by itself has a table `[package.metadata.polyreactor]` instead",
            root.display()
        );
    }
    Ok(Project { root, target: metadata.target_directory.into_std_path_buf(), guests })
}

/// All guests; or, if some results are errors, one error with the texts of all of them.
fn all_of(results: impl Iterator<Item = Result<Vec<Guest>>>) -> Result<Vec<Guest>> {
    let (mut guests, mut faults) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(more) => guests.extend(more),
            Err(error) => faults.push(format!("{error:#}")),
        }
    }
    if faults.is_empty() { Ok(guests) } else { bail!("{}", faults.join("\n\nerror: ")) }
}

fn metadata(folder: &Path) -> Result<Metadata> {
    let mut command = MetadataCommand::new();
    command.no_deps().current_dir(folder);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command.cargo_path(cargo);
    let found = command.exec();
    found.with_context(|| format!("cargo does not find a project at {}", folder.display()))
}

fn plugin_folders(metadata: &Metadata, root: &Path) -> Result<Vec<PathBuf>> {
    let key = "[workspace.metadata.polyreactor] plugins";
    let globs = match metadata.workspace_metadata.pointer("/polyreactor/plugins") {
        None => return Ok(Vec::new()),
        Some(globs) => globs.as_array().with_context(|| format!("{key} is not a list of globs"))?,
    };
    let mut folders = Vec::new();
    for pattern in globs {
        let pattern =
            pattern.as_str().with_context(|| format!("{key}: {pattern} is not a string"))?;
        let whole = Path::new(&glob::Pattern::escape(&root.to_string_lossy())).join(pattern);
        let matches = glob::glob(&whole.to_string_lossy())
            .with_context(|| format!("{key}: `{pattern}` is not a valid glob"))?;
        let mut matched = 0;
        for folder in matches {
            let folder = folder.with_context(|| format!("{key}: `{pattern}`"))?;
            if folder.join("plugin.toml").is_file() && !folders.contains(&folder) {
                folders.push(folder);
                matched += 1;
            }
        }
        if matched == 0 {
            bail!("{key}: `{pattern}` matches no folder with a plugin.toml");
        }
    }
    Ok(folders)
}

fn implementations(folder: &Path, metadata: &Metadata) -> Result<Vec<Guest>> {
    let path = folder.join("plugin.toml");
    let mut description = Description::of_file(&path, &tables())?;
    let name = match &description.name {
        Some(name) => name.clone(),
        None => folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    if let Some(fault) = Description::fault_of_name(&name) {
        bail!("{}: {fault}", path.display());
    }
    let mut guests = Vec::new();
    for adapter in ADAPTERS {
        let settings = description.settings.remove(adapter.folder()).unwrap_or_default();
        let Some(folder) = implementation(folder, adapter, &settings, metadata)? else {
            if !settings.is_empty() {
                bail!(
                    "{}: there is a table `[{1}]`, but no implementation in {1}/",
                    path.display(),
                    adapter.folder(),
                );
            }
            continue;
        };
        guests.push(Guest {
            name: name.clone(),
            language: adapter.language(),
            folder,
            toolchain: settings.text("version").and_then(|version| version.parse().ok()),
            settings,
            declared: description.contract.clone(),
            description: path.clone(),
        });
    }
    if guests.is_empty() {
        bail!("{}: the plugin has no implementation in rust/, go/ or zig/", path.display());
    }
    Ok(guests)
}

/// The folder of an implementation: the language's folder in the plugin, or the one that the
/// settings name. `None` if the plugin has no implementation in that language.
fn implementation(
    plugin: &Path,
    adapter: &dyn Adapter,
    settings: &Settings,
    metadata: &Metadata,
) -> Result<Option<PathBuf>> {
    let folder = plugin.join(adapter.folder());
    if !folder.is_dir() {
        let elsewhere = adapter.elsewhere(settings, metadata);
        return elsewhere.with_context(|| plugin.join("plugin.toml").display().to_string());
    }
    if !folder.join(adapter.marker()).is_file() {
        bail!(
            "{} has no {}, which a {} implementation needs",
            folder.display(),
            adapter.marker(),
            adapter.language()
        );
    }
    Ok(Some(folder))
}

/// The tables of the languages that a description may have.
fn tables() -> Vec<Table> {
    ADAPTERS.iter().map(|adapter| Table { name: adapter.folder(), keys: adapter.keys() }).collect()
}

fn single_crate(package: &Package) -> Result<Option<Guest>> {
    if package.metadata.pointer("/polyreactor").is_none() {
        return Ok(None);
    }
    let path = package.manifest_path.as_std_path();
    let mut description = Description::of_package(path, &tables())?;
    let name = description.name.unwrap_or_else(|| package.name.to_string());
    if let Some(fault) = Description::fault_of_name(&name) {
        bail!("{}: {fault}", path.display());
    }
    let settings = description.settings.remove("rust").unwrap_or_default();
    if let Some(table) = description.settings.keys().next() {
        bail!("{}: the plugin is a single crate; remove the table `{table}`", path.display());
    }
    if settings.text("package").is_some() {
        bail!("{}: the plugin is this package; remove the key `package`", path.display());
    }
    Ok(Some(Guest {
        name,
        language: Language::Rust,
        folder: path.parent().unwrap_or(path).to_owned(),
        toolchain: None,
        settings,
        declared: description.contract,
        description: path.to_owned(),
    }))
}

/// Refuses two implementations of one plugin in one language: both would write one artifact.
fn refuse_duplicates(guests: &[Guest]) -> Result<()> {
    let mut seen = BTreeMap::new();
    for guest in guests {
        if let Some(other) = seen.insert((&guest.name, guest.language), &guest.folder) {
            bail!(
                "two {} implementations of plugin `{}`: {} and {}; rename one of the plugins",
                guest.language,
                guest.name,
                other.display(),
                guest.folder.display()
            );
        }
    }
    Ok(())
}

//! The first stage: a folder in; the project that it belongs to, and every implementation of
//! every plugin in it, out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use cargo_metadata::{CrateType, Metadata, MetadataCommand, Package};
use polyreactor_contract::Contract;
use polyreactor_convention::Language;

use crate::cargo_env;
use crate::plugin::{Declared, Description};

/// A cargo workspace that has plugins.
#[derive(Debug)]
pub struct Project {
    /// Its root.
    pub root: PathBuf,
    /// Where cargo builds: `<root>/target`, or what the user has set.
    pub target: PathBuf,
    /// Every implementation of every plugin, by plugin and language.
    pub guests: Vec<Guest>,
}

/// One implementation of a plugin.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The plugin's name.
    pub name: String,
    /// The language of this implementation.
    pub language: Language,
    /// The folder that its toolchain is run in.
    pub folder: PathBuf,
    /// The version that the toolchain has to have, where the plugin says so.
    pub toolchain: Option<semver::Version>,
    /// What it has to export and may import, where the plugin says so.
    pub(crate) declared: Option<Arc<Declared>>,
}

impl Guest {
    /// The plugin's contract, where it has one.
    pub fn contract(&self) -> Option<&Contract> {
        self.declared.as_ref().map(|declared| &declared.contract)
    }
}

/// The file that makes a sub-folder an implementation in its language.
const IMPLEMENTATIONS: [(Language, &str, &str); 3] = [
    (Language::Rust, "rust", "Cargo.toml"),
    (Language::Go, "go", "go.mod"),
    (Language::Zig, "zig", "build.zig"),
];

/// Finds the project around `folder`, and its plugins.
///
/// They are the folders with a `plugin.toml` among what the globs in
/// `[workspace.metadata.polyreactor] plugins` match, and the packages with a
/// `[package.metadata.polyreactor]`.
///
/// # Errors
///
/// Where there is no cargo project, no plugin, a description that cannot be read, or two
/// implementations of one plugin in one language.
pub fn find(folder: &Path) -> Result<Project> {
    let metadata = metadata(folder)?;
    let root = metadata.workspace_root.clone().into_std_path_buf();
    let folders = plugin_folders(&metadata, &root)?;
    let in_folders = folders.iter().map(|folder| implementations(folder));
    let packages = metadata.workspace_packages();
    let single = packages.iter().map(|package| Ok(single_crate(package)?.into_iter().collect()));
    let mut guests = all_of(in_folders.chain(single))?;
    guests.sort_by(|a, b| (&a.name, a.language).cmp(&(&b.name, b.language)));
    refuse_twins(&guests)?;
    if guests.is_empty() {
        bail!(
            "no plugins in {}: say where they are, in Cargo.toml:\n\n  \
             [workspace.metadata.polyreactor]\n  plugins = [\"plugins/*\"]\n\n\
             each a folder with a plugin.toml and its implementations in rust/, go/, zig/; \
             a single crate says `[package.metadata.polyreactor]`",
            root.display()
        );
    }
    Ok(Project { root, target: metadata.target_directory.into_std_path_buf(), guests })
}

/// What all found; or, where some failed, what each of them has to say.
fn all_of(found: impl Iterator<Item = Result<Vec<Guest>>>) -> Result<Vec<Guest>> {
    let (mut guests, mut faults) = (Vec::new(), Vec::new());
    for result in found {
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
        Some(globs) => globs.as_array().with_context(|| format!("{key} is no list of globs"))?,
    };
    let mut folders = Vec::new();
    for pattern in globs {
        let pattern = pattern.as_str().with_context(|| format!("{key} has {pattern} in it"))?;
        let whole = Path::new(&glob::Pattern::escape(&root.to_string_lossy())).join(pattern);
        let matches = glob::glob(&whole.to_string_lossy())
            .with_context(|| format!("{key}: `{pattern}` is no glob"))?;
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

fn implementations(folder: &Path) -> Result<Vec<Guest>> {
    let path = folder.join("plugin.toml");
    let description = Description::of_file(&path)?;
    let contract = description.contract.map(Arc::new);
    let name = match &description.name {
        Some(name) => name.clone(),
        None => folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    if let Some(fault) = Description::fault_of_name(&name) {
        bail!("{}: {fault}", path.display());
    }
    let mut guests = Vec::new();
    for (language, sub_folder, file) in IMPLEMENTATIONS {
        let folder = folder.join(sub_folder);
        if !folder.is_dir() {
            continue;
        }
        if !folder.join(file).is_file() {
            bail!("{} has no {file}, which a {language} implementation needs", folder.display());
        }
        let toolchain = description.zig.clone().filter(|_| language == Language::Zig);
        let (name, declared) = (name.clone(), contract.clone());
        guests.push(Guest { name, language, folder, toolchain, declared });
    }
    if guests.is_empty() {
        bail!("{}: the plugin has no implementation in rust/, go/ or zig/", path.display());
    }
    Ok(guests)
}

fn single_crate(package: &Package) -> Result<Option<Guest>> {
    if package.metadata.pointer("/polyreactor").is_none() {
        return Ok(None);
    }
    let description = Description::of_package(package.manifest_path.as_std_path())?;
    let name = description.name.unwrap_or_else(|| package.name.to_string());
    if let Some(fault) = Description::fault_of_name(&name) {
        bail!("{}: {fault}", package.manifest_path);
    }
    let folder = package.manifest_path.parent().unwrap_or(&package.manifest_path);
    let folder = folder.as_std_path().to_path_buf();
    let declared = description.contract.map(Arc::new);
    Ok(Some(Guest { name, language: Language::Rust, folder, toolchain: None, declared }))
}

fn refuse_twins(guests: &[Guest]) -> Result<()> {
    let mut seen = BTreeMap::new();
    for guest in guests {
        if let Some(other) = seen.insert((&guest.name, guest.language), &guest.folder) {
            bail!(
                "two {} implementations of plugin `{}`: {} and {}; give one another name",
                guest.language,
                guest.name,
                other.display(),
                guest.folder.display()
            );
        }
    }
    Ok(())
}

/// How to ask cargo about the package in `folder`, with the guest's own toolchain, not the one
/// that this program was started with.
pub(crate) fn rust_metadata(folder: &Path) -> MetadataCommand {
    let mut command = MetadataCommand::new();
    command.manifest_path(folder.join("Cargo.toml")).current_dir(folder);
    for name in cargo_env::foreign() {
        command.env_remove(name);
    }
    command.cargo_path("cargo");
    command
}

/// The package in `folder`, which builds a cdylib, and the root of its workspace.
pub(crate) fn rust_package(folder: &Path) -> Result<(Package, PathBuf)> {
    let manifest = folder.join("Cargo.toml");
    let mut command = rust_metadata(folder);
    command.no_deps();
    let metadata = command.exec().with_context(|| manifest.display().to_string())?;
    let root = metadata.workspace_root.into_std_path_buf();
    let canonical = manifest.canonicalize().unwrap_or(manifest.clone());
    let package = metadata
        .packages
        .into_iter()
        .find(|package| package.manifest_path.canonicalize().is_ok_and(|path| path == canonical));
    let package = package.with_context(|| format!("{} is no package", manifest.display()))?;
    let is_cdylib =
        |target: &cargo_metadata::Target| target.crate_types.contains(&CrateType::CDyLib);
    if !package.targets.iter().any(is_cdylib) {
        bail!(
            "{}: the package builds no cdylib; add\n\n  [lib]\n  crate-type = [\"cdylib\", \"rlib\"]\n",
            manifest.display()
        );
    }
    Ok((package, root))
}

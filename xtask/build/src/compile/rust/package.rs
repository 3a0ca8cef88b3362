//! The package of a guest, and its target that is built: the library, or an example.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cargo_metadata::{CrateType, Metadata, MetadataCommand, Package, Target};

use crate::cargo_env;
use crate::project::Guest;

/// A guest's package, and the workspace that it belongs to.
pub(super) struct Workspace {
    pub(super) root: PathBuf,
    pub(super) package: Package,
    /// All packages of the workspace, `package` included.
    pub(super) members: Vec<Package>,
}

/// A `cargo metadata` command for the workspace of `folder`, with the toolchain of that folder
/// instead of the one that runs this program.
pub(super) fn metadata(folder: &Path) -> MetadataCommand {
    let mut command = MetadataCommand::new();
    command.manifest_path(folder.join("Cargo.toml")).current_dir(folder);
    for name in cargo_env::foreign() {
        command.env_remove(name);
    }
    command.cargo_path("cargo");
    command
}

/// The package of a guest, and its workspace.
///
/// # Errors
///
/// Cargo cannot read the manifest, or there is no such package.
pub(super) fn of(guest: &Guest) -> Result<Workspace> {
    let metadata = metadata(&guest.folder).no_deps().exec();
    let metadata = metadata.with_context(|| manifest_of(&guest.folder))?;
    let package = chosen(guest, &metadata)?.clone();
    let root = metadata.workspace_root.into_std_path_buf();
    Ok(Workspace { root, package, members: metadata.packages })
}

/// The package that the guest's settings name; without a name, the one in the guest's folder.
pub(super) fn chosen<'m>(guest: &Guest, metadata: &'m Metadata) -> Result<&'m Package> {
    let members = || metadata.workspace_packages().into_iter();
    let names = || members().map(|package| package.name.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(name) = guest.settings.text("package") {
        let found = members().find(|package| package.name == name);
        return found.with_context(|| {
            let manifest = manifest_of(metadata.workspace_root.as_std_path());
            format!(
                "{manifest}: the workspace has no package `{name}`; its packages are: {}",
                names()
            )
        });
    }
    let manifest = guest.folder.join("Cargo.toml");
    let canonical = manifest.canonicalize().unwrap_or(manifest);
    let found = members()
        .find(|package| package.manifest_path.canonicalize().is_ok_and(|path| path == canonical));
    found.with_context(|| {
        format!(
            "{} is not a package, but a workspace of: {}\n  help: name the plugin's package: \
             `package = \"NAME\"` under {}",
            canonical.display(),
            names(),
            guest.table("rust")
        )
    })
}

/// The cargo target to build: the example that the settings name, or the library.
///
/// # Errors
///
/// There is no such example, or the target is no cdylib.
pub(super) fn target<'p>(guest: &Guest, package: &'p Package) -> Result<&'p Target> {
    let is_cdylib = |target: &&Target| target.crate_types.contains(&CrateType::CDyLib);
    let examples = || package.targets.iter().filter(|target| target.is_example());
    let manifest = &package.manifest_path;
    if let Some(name) = guest.settings.text("example") {
        let Some(target) = examples().find(|target| target.name == name) else {
            let names: Vec<_> = examples().map(|target| target.name.as_str()).collect();
            bail!(
                "{manifest}: there is no example `{name}`; the examples are: {}",
                names.join(", ")
            );
        };
        if !is_cdylib(&target) {
            bail!(
                "{manifest}: the example builds no cdylib; add\n\n  [[example]]\n  \
                 name = \"{name}\"\n  crate-type = [\"cdylib\"]\n"
            );
        }
        return Ok(target);
    }
    let libraries = package.targets.iter().filter(|target| !target.is_example());
    if let Some(target) = libraries.into_iter().find(is_cdylib) {
        return Ok(target);
    }
    let names: Vec<_> = examples().filter(is_cdylib).map(|target| target.name.as_str()).collect();
    let or = match names[..] {
        [] => String::new(),
        _ => format!(
            "\nor, if an example is the plugin ({}), name it: `example = \"NAME\"` under {}",
            names.join(", "),
            guest.table("rust")
        ),
    };
    bail!(
        "{manifest}: the package builds no cdylib; add\n\n  [lib]\n  \
         crate-type = [\"cdylib\", \"rlib\"]\n{or}"
    )
}

/// The arguments for cargo that choose the target and the features.
pub(super) fn arguments(guest: &Guest) -> Vec<String> {
    let settings = &guest.settings;
    let mut arguments = match settings.text("example") {
        Some(name) => vec!["--example".to_owned(), name.to_owned()],
        None => vec!["--lib".to_owned()],
    };
    if settings.bool("default-features") == Some(false) {
        arguments.push("--no-default-features".to_owned());
    }
    if let features @ [_, ..] = settings.list("features") {
        arguments.extend(["--features".to_owned(), features.join(",")]);
    }
    arguments
}

/// The manifest of the workspace at `root`, which defines the profiles.
pub(super) fn manifest(root: &Path) -> Result<toml::Table> {
    let file = root.join("Cargo.toml");
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    text.parse().with_context(|| file.display().to_string())
}

/// The folder of the package `name` in the project's workspace, for a plugin without a folder
/// rust/.
///
/// # Errors
///
/// There is no such package.
pub(super) fn folder(project: &Metadata, name: &str) -> Result<PathBuf> {
    let members = project.workspace_packages();
    let package = members.into_iter().find(|package| package.name == name);
    let package = package.with_context(|| {
        format!("the plugin has no folder rust/, and the project has no package `{name}`")
    })?;
    let manifest = package.manifest_path.as_std_path();
    Ok(manifest.parent().unwrap_or(manifest).to_owned())
}

/// Why a string cannot name a package, an example or a profile.
pub(super) fn fault_of_name(text: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let good = !text.is_empty() && !text.starts_with('-') && text.chars().all(fits);
    (!good).then(|| "is not a name that cargo accepts".to_owned())
}

/// Why a string cannot name a feature, such as `extra` or `package/extra`.
pub(super) fn fault_of_feature(text: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '.' | '/' | '?');
    let good = !text.is_empty() && !text.starts_with('-') && text.chars().all(fits);
    (!good).then(|| "is not a feature name".to_owned())
}

/// The path of the manifest in a folder, for messages.
fn manifest_of(folder: &Path) -> String {
    folder.join("Cargo.toml").display().to_string()
}

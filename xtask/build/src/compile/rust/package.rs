//! The package that a guest is, and what of it is built: its library, or an example.

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
    /// All packages of the workspace.
    pub(super) members: Vec<Package>,
}

/// How to ask cargo about the workspace of `folder`, with the guest's own toolchain, not the one
/// that this program was started with.
pub(super) fn metadata(folder: &Path) -> MetadataCommand {
    let mut command = MetadataCommand::new();
    command.manifest_path(folder.join("Cargo.toml")).current_dir(folder);
    for name in cargo_env::foreign() {
        command.env_remove(name);
    }
    command.cargo_path("cargo");
    command
}

/// The package of a guest.
///
/// # Errors
///
/// Where cargo cannot read the manifest, or there is no such package.
pub(super) fn of(guest: &Guest) -> Result<Workspace> {
    let metadata = metadata(&guest.folder).no_deps().exec();
    let metadata = metadata.with_context(|| manifest_of(&guest.folder))?;
    let package = chosen(guest, &metadata)?.clone();
    let root = metadata.workspace_root.into_std_path_buf();
    Ok(Workspace { root, package, members: metadata.packages })
}

/// The package that a guest names, or else the one in its folder.
pub(super) fn chosen<'m>(guest: &Guest, metadata: &'m Metadata) -> Result<&'m Package> {
    let members = || metadata.workspace_packages().into_iter();
    let names = || members().map(|package| package.name.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(name) = guest.settings.text("package") {
        let found = members().find(|package| package.name == name);
        return found.with_context(|| {
            let manifest = manifest_of(metadata.workspace_root.as_std_path());
            format!("{manifest}: the workspace has no package `{name}`; there are: {}", names())
        });
    }
    let manifest = guest.folder.join("Cargo.toml");
    let canonical = manifest.canonicalize().unwrap_or(manifest);
    let found = members()
        .find(|package| package.manifest_path.canonicalize().is_ok_and(|path| path == canonical));
    found.with_context(|| {
        format!(
            "{} is no package, but a workspace of: {}\n  help: say which one the plugin is: \
             `package = \"NAME\"` under {}",
            canonical.display(),
            names(),
            guest.table("rust")
        )
    })
}

/// What is built of the package: a cdylib.
///
/// # Errors
///
/// Where the guest names an example that there is not, or the target builds no cdylib.
pub(super) fn target<'p>(guest: &Guest, package: &'p Package) -> Result<&'p Target> {
    let is_cdylib = |target: &&Target| target.crate_types.contains(&CrateType::CDyLib);
    let examples = || package.targets.iter().filter(|target| target.is_example());
    let manifest = &package.manifest_path;
    if let Some(name) = guest.settings.text("example") {
        let Some(target) = examples().find(|target| target.name == name) else {
            let names: Vec<_> = examples().map(|target| target.name.as_str()).collect();
            bail!("{manifest}: there is no example `{name}`; there are: {}", names.join(", "));
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
            "\nor, where an example is the plugin ({}), say so: `example = \"NAME\"` under {}",
            names.join(", "),
            guest.table("rust")
        ),
    };
    bail!(
        "{manifest}: the package builds no cdylib; add\n\n  [lib]\n  \
         crate-type = [\"cdylib\", \"rlib\"]\n{or}"
    )
}

/// The arguments that choose what is built of the package, and with which features.
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

/// The manifest of the workspace at `root`, where profiles stand.
pub(super) fn manifest(root: &Path) -> Result<toml::Table> {
    let file = root.join("Cargo.toml");
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    text.parse().with_context(|| file.display().to_string())
}

/// The folder of the project's package of that name, for a plugin that has no folder rust/.
///
/// # Errors
///
/// Where there is no such package.
pub(super) fn folder(project: &Metadata, name: &str) -> Result<PathBuf> {
    let members = project.workspace_packages();
    let package = members.into_iter().find(|package| package.name == name);
    let package = package.with_context(|| {
        format!("there is no folder rust/, and the project has no package `{name}`")
    })?;
    let manifest = package.manifest_path.as_std_path();
    Ok(manifest.parent().unwrap_or(manifest).to_owned())
}

/// Why a text cannot name a package, an example or a profile.
pub(super) fn fault_of_name(text: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let good = !text.is_empty() && !text.starts_with('-') && text.chars().all(fits);
    (!good).then(|| "is no name that cargo knows".to_owned())
}

/// Why a text cannot name a feature: `extra`, or `package/extra`.
pub(super) fn fault_of_feature(text: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '.' | '/' | '?');
    let good = !text.is_empty() && !text.starts_with('-') && text.chars().all(fits);
    (!good).then(|| "names no feature".to_owned())
}

fn manifest_of(folder: &Path) -> String {
    folder.join("Cargo.toml").display().to_string()
}

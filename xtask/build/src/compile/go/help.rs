//! Remedies for failures of the go command.

use std::path::Path;

use polyreactor_contract::{ALLOC, FREE};

use super::command::{self, Settings, go_work};
use super::{left_out, types};
use crate::compile::{explained, reserved};
use crate::project::Guest;

/// Remedies for the messages of a failed build.
pub(super) fn remedies(messages: &str, guest: &Guest, settings: &Settings) -> Vec<String> {
    let mut remedies = explained::by_line(messages, types::remedy);
    remedies.extend(explained::by_line(messages, twice));
    let has = |parts: &[&str]| parts.iter().any(|part| messages.contains(part));
    if has(&["build constraints exclude all Go files in ", "undefined: "]) {
        let excluded =
            messages.lines().filter_map(|line| line.split_once("exclude all Go files in "));
        let mut folders: Vec<_> = excluded.map(|(_, folder)| Path::new(folder.trim())).collect();
        let own = guest.folder.join(command::package(guest));
        if has(&["undefined: "]) {
            folders.push(&own);
        }
        remedies.extend(folders.iter().filter_map(|folder| left_out::why(folder, guest)));
        remedies.dedup();
    }
    if has(&["no Go files in ", "requires exactly one main package"]) {
        remedies.extend(packages(guest, settings));
    }
    let is_missing = has(&["no required module provides package", "missing go.sum entry"])
        || has(&["cannot find module providing package"]);
    if is_missing
        && guest.settings.bool("workspace") != Some(true)
        && let Some(file) = go_work(&guest.folder)
    {
        remedies.push(format!(
            "{} is used only with `workspace = true` under {}; without it, name the folders of \
             local modules in go.mod: `replace MODULE => ../FOLDER`",
            file.display(),
            guest.table("go")
        ));
    }
    remedies
}

/// The remedy for two functions that are exported under one name.
fn twice(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("duplicated definition of symbol ")?;
    let name = rest.split_once(',').map_or(rest, |(name, _)| name);
    Some(match name {
        ALLOC | FREE => reserved::clash(name, ""),
        _ => format!("two functions are exported as `{name}`: give one of them another name"),
    })
}

/// The remedy of [`packages`], as a line of an error text.
pub(super) fn main_packages(guest: &Guest, settings: &Settings) -> String {
    packages(guest, settings).map_or(String::new(), |help| format!("\n  help: {help}"))
}

/// The remedy if the package that was built is not the program (`package main`).
fn packages(guest: &Guest, settings: &Settings) -> Option<String> {
    let mut go = settings.command(guest).ok()?;
    go.args(["list", "-e"]).args(command::tags(guest));
    let output =
        go.args(["-f", "{{if eq .Name \"main\"}}{{.Dir}}{{end}}", "./..."]).output().ok()?;
    let root = guest.folder.canonicalize().unwrap_or(guest.folder.clone());
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let inside = listed.lines().filter_map(|folder| Path::new(folder).strip_prefix(&root).ok());
    let packages: Vec<_> = inside
        .map(|folder| folder.to_string_lossy().replace('\\', "/"))
        .map(|folder| if folder.is_empty() { ".".to_owned() } else { format!("./{folder}") })
        .collect();
    let table = guest.table("go");
    Some(match packages.first() {
        Some(first) => format!(
            "`{}` is not a program (`package main`); name the plugin's program: \
             `package = \"{first}\"` under {table}; the programs in this module are: {}",
            command::package(guest),
            packages.join(", ")
        ),
        None => {
            "a plugin is a program: add a file with `package main` and `func main() {}`".to_owned()
        }
    })
}

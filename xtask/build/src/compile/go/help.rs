//! What helps where the go command fails.

use std::path::Path;

use super::command::{self, Settings, go_work};
use super::{left_out, types};
use crate::compile::explained;
use crate::project::Guest;

/// What helps with the messages of a failed build.
pub(super) fn answers(said: &str, guest: &Guest, settings: &Settings) -> Vec<String> {
    let mut answers = explained::by_line(said, types::answer);
    let has = |parts: &[&str]| parts.iter().any(|part| said.contains(part));
    if has(&["build constraints exclude all Go files in ", "undefined: "]) {
        let excluded = said.lines().filter_map(|line| line.split_once("exclude all Go files in "));
        let mut folders: Vec<_> = excluded.map(|(_, folder)| Path::new(folder.trim())).collect();
        let own = guest.folder.join(command::package(guest));
        if has(&["undefined: "]) {
            folders.push(&own);
        }
        answers.extend(folders.iter().filter_map(|folder| left_out::why(folder, guest)));
        answers.dedup();
    }
    if has(&["no Go files in ", "requires exactly one main package"]) {
        answers.extend(packages(guest, settings));
    }
    let is_missing = has(&["no required module provides package", "missing go.sum entry"])
        || has(&["cannot find module providing package"]);
    if is_missing
        && guest.settings.bool("workspace") != Some(true)
        && let Some(file) = go_work(&guest.folder)
    {
        answers.push(format!(
            "{} is used where `workspace = true` stands under {}; without, go.mod says where \
             modules of this machine are: `replace MODULE => ../FOLDER`",
            file.display(),
            guest.table("go")
        ));
    }
    answers
}

/// The same as a line of an error's text.
pub(super) fn main_packages(guest: &Guest, settings: &Settings) -> String {
    packages(guest, settings).map_or(String::new(), |help| format!("\n  help: {help}"))
}

/// What to do where the package that is built is not the program.
fn packages(guest: &Guest, settings: &Settings) -> Option<String> {
    let mut go = settings.command(guest).ok()?;
    go.args(["list", "-e"]).args(command::tags(guest));
    let said = go.args(["-f", "{{if eq .Name \"main\"}}{{.Dir}}{{end}}", "./..."]).output().ok()?;
    let root = guest.folder.canonicalize().unwrap_or(guest.folder.clone());
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let inside = said.lines().filter_map(|folder| Path::new(folder).strip_prefix(&root).ok());
    let packages: Vec<_> = inside
        .map(|folder| folder.to_string_lossy().replace('\\', "/"))
        .map(|folder| if folder.is_empty() { ".".to_owned() } else { format!("./{folder}") })
        .collect();
    let table = guest.table("go");
    Some(match packages.first() {
        Some(first) => format!(
            "`{}` is not the plugin's program; say where that is: `package = \"{first}\"` under \
             {table}; the programs in this module are: {}",
            command::package(guest),
            packages.join(", ")
        ),
        None => "a plugin is a program: a file with `package main` and `func main() {}`".to_owned(),
    })
}

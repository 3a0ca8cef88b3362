//! A wrapper around rustc whose package ids do not depend on the folders of the packages.
//!
//! `POLYREACTOR_RUSTC` is the path of the rustc to run. `POLYREACTOR_REMAPPED` maps folders to
//! their names in the module: lines with a folder and its name by turns, inner folders after outer
//! ones.

use std::env;
use std::ffi::{OsStr, OsString};
use std::process::{exit, Command};

fn main() {
    let rustc = env::var_os("POLYREACTOR_RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(&rustc);
    command.args(portable(env::args_os().skip(1).collect()));
    // Cargo sets OUT_DIR for packages with a build script; its path contains the package id too.
    let package = env::var("CARGO_PKG_NAME").unwrap_or_default();
    if let Some(folder) = env::var_os("OUT_DIR") {
        let mut remapped = OsString::from("--remap-path-prefix=");
        remapped.push(folder);
        remapped.push(format!("=/out/{package}"));
        command.arg(remapped);
    }
    match command.status() {
        Ok(status) => exit(status.code().unwrap_or(1)),
        Err(error) => {
            eprintln!("error: cannot run {}: {error}", rustc.to_string_lossy());
            exit(1);
        }
    }
}

/// The arguments with another package id, if they contain one: `-C metadata=…`.
fn portable(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let Some(at) = arguments.iter().position(|argument| starts(argument, "metadata=")) else {
        return arguments;
    };
    let Ok(package) = env::var("CARGO_PKG_NAME") else { return arguments };
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let folder = named(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    // Two crates of one package differ by their features and by what they are built for.
    let mut id = format!("{package}|{version}|{folder}");
    let mut is_part = false;
    for argument in &arguments {
        let text = argument.to_string_lossy();
        let is_key = ["--crate-name", "--crate-type", "--cfg", "--target"].contains(&&*text);
        if is_part || is_key {
            id += "|";
            id += &text;
        }
        is_part = is_key;
    }
    // Rustc splits the value at white space into several ids, and sorts these.
    arguments[at] = format!("metadata={}", id.replace(char::is_whitespace, "+")).into();
    arguments
}

/// The name of a folder in the module.
fn named(folder: &str) -> String {
    let remapped = env::var("POLYREACTOR_REMAPPED").unwrap_or_default();
    let lines: Vec<&str> = remapped.lines().collect();
    for pair in lines.chunks_exact(2).rev() {
        if let Some(rest) = folder.strip_prefix(pair[0]) {
            if rest.is_empty() || rest.starts_with(['/', '\\']) {
                return format!("{}{}", pair[1], rest.replace('\\', "/"));
            }
        }
    }
    folder.to_owned()
}

fn starts(argument: &OsStr, start: &str) -> bool {
    argument.to_string_lossy().starts_with(start)
}

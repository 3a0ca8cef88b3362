//! Files of a Go package that go excludes from a build, because they import C or have build tags.

use std::fs;
use std::path::Path;

use super::command;
use crate::project::Guest;

/// Why go excludes files of a folder, with the remedy; `None` if no known cause applies.
pub(super) fn why(folder: &Path, guest: &Guest) -> Option<String> {
    let mut of_c = Vec::new();
    for (name, text) in files(folder) {
        if imports_c(&text) {
            of_c.push(name);
        }
    }
    if !of_c.is_empty() {
        return Some(format!(
            "{} imports \"C\"; Go does not support cgo for WASI (CGO_ENABLED=0), and excludes such \
             files: write the code in Go, or exclude the file from plugins with \
             `//go:build !wasip1`",
            of_c.join(", ")
        ));
    }
    tags(folder, guest)
}

/// A remedy that lists the files of the guest's package that depend on build tags.
pub(super) fn tagged_files(guest: &Guest) -> Option<String> {
    tags(&guest.folder.join(command::package(guest)), guest)
}

fn tags(folder: &Path, guest: &Guest) -> Option<String> {
    let tagged: Vec<String> = files(folder)
        .filter_map(|(name, text)| Some(format!("{name} ({})", constraint(&text)?)))
        .collect();
    (!tagged.is_empty()).then(|| {
        format!(
            "build tags decide whether these files are built: {}; set tags with \
             `tags = [\"TAG\"]` under {}",
            tagged.join(", "),
            guest.table("go")
        )
    })
}

/// The names and texts of a folder's Go files, without tests, sorted by name.
fn files(folder: &Path) -> impl Iterator<Item = (String, String)> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files.into_iter().filter_map(|file| {
        let name = file.file_name()?.to_string_lossy().into_owned();
        let is_source = name.ends_with(".go") && !name.ends_with("_test.go");
        Some((name, fs::read_to_string(file).ok()?)).filter(|_| is_source)
    })
}

/// The line `//go:build …`, which go reads only before the `package` clause.
fn constraint(text: &str) -> Option<&str> {
    let before = text.lines().take_while(|line| !line.starts_with("package "));
    before.map(str::trim).find(|line| line.starts_with("//go:build "))
}

/// Whether a file imports "C", by itself or in an import block.
fn imports_c(text: &str) -> bool {
    let mut in_block = false;
    text.lines().map(str::trim).any(|line| {
        let line = line.split("//").next().unwrap_or_default().trim();
        match line.strip_prefix("import").map(str::trim_start) {
            Some(rest) if rest.starts_with('(') => {
                in_block = !rest.contains(')');
                rest.contains("\"C\"")
            }
            Some(rest) => rest == "\"C\"",
            None if in_block => {
                in_block = !line.contains(')');
                line.trim_end_matches(')').trim() == "\"C\""
            }
            None => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_of_c_and_build_constraints_are_recognised() {
        for text in [
            "package main\n\n// int x;\nimport \"C\"\n",
            "package main\nimport (\n\t\"fmt\"\n\t\"C\" // of old\n)\n",
            "package main\nimport (\"C\")\n",
        ] {
            assert!(imports_c(text), "{text}");
        }
        for text in ["package main\nimport \"fmt\"\n", "package main\n\nvar c = \"C\"\n"] {
            assert!(!imports_c(text), "{text}");
        }
        assert_eq!(
            constraint("// a\n//go:build extra && !b\n\npackage main\n"),
            Some("//go:build extra && !b")
        );
        assert_eq!(constraint("package main\n//go:build extra\n"), None);
    }
}

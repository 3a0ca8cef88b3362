//! Refuses exports that have the name of a function of libc or the compiler's runtime library.
//!
//! The name of an export is a symbol for the linker, and symbols of the plugin take precedence over
//! those of a library: with an export `exp`, every `x.exp()` in the plugin and in the standard
//! library calls the export, without a warning of any tool.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Checks that no export has the name of a function in `runtime`. `whose` names the library, and
/// `remedy` is how to export a function with a symbol that no library has.
///
/// # Errors
///
/// An export has such a name: the error lists all of them.
pub(super) fn refuse(
    exports: Vec<String>,
    runtime: &BTreeSet<String>,
    whose: &str,
    remedy: &str,
) -> Result<()> {
    let names = exports.into_iter().filter(|name| runtime.contains(name));
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    let (are, functions, them) = match names.len() {
        0 => return Ok(()),
        1 => ("is", "a function of that name", "it"),
        _ => ("are", "functions of these names", "them"),
    };
    bail!(
        "{names} {are} exported, and {whose} has {functions} too: calls of the library's \
         function, those in the standard library included, would call the export instead, \
         without a warning\n  \
         help: {remedy}; or give {them} another name, in plugin.toml too",
        names = names.join(", "),
    )
}

/// The symbols that a static library defines, without mangled names of Rust and C++.
pub(super) fn defined_in(library: &Path) -> Result<BTreeSet<String>> {
    let bytes = fs::read(library).with_context(|| format!("cannot read {}", library.display()))?;
    let names = index(&bytes).with_context(|| {
        format!("{}: this is not a static library with a symbol index", library.display())
    })?;
    let plain = names.into_iter().filter(|name| !name.starts_with("_R") && !name.starts_with("_Z"));
    Ok(plain.map(str::to_owned).collect())
}

/// The names in the symbol index of an archive, which is its first member: the number of symbols,
/// one file offset for each, and the names, each terminated by a zero byte. Numbers are big-endian,
/// of 4 bytes in the member `/` and of 8 in `/SYM64/`. `None` if the index is missing or truncated.
fn index(archive: &[u8]) -> Option<Vec<&str>> {
    let rest = archive.strip_prefix(b"!<arch>\n")?;
    let (header, rest) = rest.split_at_checked(60)?;
    let size: usize = std::str::from_utf8(&header[48..58]).ok()?.trim_end().parse().ok()?;
    let member = rest.get(..size)?;
    let width = match header[..16].trim_ascii_end() {
        b"/" => 4,
        b"/SYM64/" => 8,
        _ => return None,
    };
    let (count, rest) = member.split_at_checked(width)?;
    let count = count
        .iter()
        .try_fold(0_usize, |n, &byte| n.checked_mul(256).map(|n| n + usize::from(byte)))?;
    let mut names = rest.get(count.checked_mul(width)?..)?.split(|&byte| byte == 0);
    let mut found = Vec::new();
    for _ in 0..count {
        found.push(std::str::from_utf8(names.next()?).ok()?);
    }
    // The bytes after the last zero are padding; without a zero, the last name was truncated.
    names.next().map(|_| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(name: &str, member: &[u8]) -> Vec<u8> {
        let header = format!("{name:<16}{:<32}{:<10}`\n", "", member.len());
        [b"!<arch>\n", header.as_bytes(), member].concat()
    }

    #[test]
    fn both_forms_of_an_index_are_read() {
        let narrow = archive("/", b"\0\0\0\x02\0\0\0\x01\0\0\0\x02exp\0fmod\0");
        let wide = archive("/SYM64/", b"\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x09stat\0\0");
        assert_eq!(index(&narrow), Some(vec!["exp", "fmod"]));
        assert_eq!(index(&wide), Some(vec!["stat"]));
        assert_eq!(index(&archive("/", b"\0\0\0\0")), Some(vec![]));
    }

    #[test]
    fn a_truncated_index_is_refused() {
        let whole = archive("/", b"\0\0\0\x02\0\0\0\x01\0\0\0\x02exp\0fmod\0");
        for length in 0..whole.len() {
            assert_eq!(index(&whole[..length]), None, "{length}");
        }
        for member in [&b"\0\0\0\x02\0\0\0\x01\0\0\0\x02exp\0fmod"[..], b"\xff\xff\xff\xff", b""] {
            assert_eq!(index(&archive("/", member)), None, "{member:?}");
        }
        assert_eq!(index(&archive("exp.o", b"\0\0\0\0\0")), None);
    }
}

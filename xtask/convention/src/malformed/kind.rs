//! Files of other kinds that are given for modules, by how they begin.

use std::fmt;

/// A kind of file that is no WebAssembly module, and what can be done about it.
///
/// Brotli is not among them: what it has compressed begins as anything may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// Compressed, by this program.
    Compressed(&'static str),
    /// An archive of files, of this format.
    Archive(&'static str),
    /// Compiled for one machine already, by this engine.
    Precompiled(&'static str),
    /// A program or a library for this kind of system.
    Native(&'static str),
    /// A page: what a server answered instead of the file.
    Html,
    /// What Git LFS keeps in the file's place.
    GitLfsPointer,
}

impl FileKind {
    /// What kind of file begins so; none where that does not tell.
    pub(super) fn of(bytes: &[u8]) -> Option<FileKind> {
        use FileKind::*;
        const LFS: &[u8] = b"version https://git-lfs.github.com/spec/";
        /// Where an ELF file says which system it is for, and what Wasmtime says there.
        const OS: usize = 7;
        const WASMTIME: u8 = 200;
        const TAR: &[u8] = b"ustar";
        let is_html = || {
            let start = bytes.trim_ascii_start();
            let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
            ["<!doctype html", "<html"].iter().any(|tag| {
                start.get(..tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag.as_bytes()))
            })
        };
        Some(match bytes {
            [0x1f, 0x8b, ..] => Compressed("gzip"),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compressed("zstd"),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compressed("xz"),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Compressed("bzip2"),
            [b'P', b'K', 3, 4, ..] => Archive("zip"),
            _ if bytes.get(257..262) == Some(TAR) => Archive("tar"),
            [0x7f, b'E', b'L', b'F', ..] if bytes.get(OS) == Some(&WASMTIME) => {
                Precompiled("Wasmtime")
            }
            _ if bytes.starts_with(b"wasmer-") || bytes.starts_with(b"\0wasmer") => {
                Precompiled("Wasmer")
            }
            [0, b'a', b'o', b't', ..] => Precompiled("WAMR"),
            [0x7f, b'E', b'L', b'F', ..] => Native("Linux"),
            [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] => Native("macOS"),
            [b'M', b'Z', ..] => Native("Windows"),
            _ if bytes.starts_with(LFS) => GitLfsPointer,
            _ if is_html() => Html,
            _ => return None,
        })
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileKind::Compressed(by) => write!(f, "this is compressed by {by}; unpack it first"),
            FileKind::Archive(format) => {
                write!(f, "this is a {format} archive; unpack it, and give the `.wasm` file in it")
            }
            FileKind::Precompiled(engine) => write!(
                f,
                "this was compiled for one machine by {engine}; give the `.wasm` file that it was \
                 made from"
            ),
            FileKind::Native(system) => {
                write!(f, "this is a program or a library for {system}; build it for wasm32-wasip1")
            }
            FileKind::Html => f.write_str(
                "this is a web page, which a server gave in the place of the module; look at it, \
                 and fetch the module again",
            ),
            FileKind::GitLfsPointer => f.write_str(
                "this is what Git LFS keeps in the place of the module; fetch it by `git lfs pull`",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FileKind::{self, *};

    #[test]
    fn files_are_known_by_how_they_begin() {
        let mut elf = b"\x7fELF\x02\x01\x01\0\0\0".to_vec();
        assert_eq!(FileKind::of(&elf), Some(Native("Linux")));
        elf[7] = 200;
        assert_eq!(FileKind::of(&elf), Some(Precompiled("Wasmtime")));
        let mut tar = vec![0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        for (bytes, kind) in [
            (&[0x1f, 0x8b, 8][..], Compressed("gzip")),
            (&[0x28, 0xb5, 0x2f, 0xfd], Compressed("zstd")),
            (b"BZh91AY", Compressed("bzip2")),
            (b"PK\x03\x04", Archive("zip")),
            (&tar, Archive("tar")),
            (b"\n <!DOCTYPE html>", Html),
            (b"\xef\xbb\xbf<html lang=en>", Html),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", GitLfsPointer),
            (b"MZ\x90\0", Native("Windows")),
        ] {
            assert_eq!(FileKind::of(bytes), Some(kind));
        }
        for other in [&b"#!/bin/sh"[..], b"BZ", b"<svg>", &[0x8b, 0x02, 0x80]] {
            assert_eq!(FileKind::of(other), None);
        }
    }
}

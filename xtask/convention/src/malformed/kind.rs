//! Kinds of files that users mistake for modules, recognised by their first bytes.

use std::fmt;

/// A kind of file that is not a WebAssembly module. [`Display`](fmt::Display) adds the remedy.
///
/// Brotli is missing, because its compressed data has no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// A compressed file, with the name of the format.
    Compressed(&'static str),
    /// An archive of files, with the name of the format.
    Archive(&'static str),
    /// Native code that an engine compiled ahead of time, with the name of the engine.
    Precompiled(&'static str),
    /// A native program or library, with the name of the operating system.
    Native(&'static str),
    /// An HTML page, such as a server sends instead of a missing file.
    Html,
    /// The pointer that Git LFS keeps in place of a file.
    GitLfsPointer,
}

impl FileKind {
    /// The kind of a file with these bytes; `None` if it is none of those that are known.
    pub(super) fn of(bytes: &[u8]) -> Option<FileKind> {
        use FileKind::*;
        const LFS: &[u8] = b"version https://git-lfs.github.com/spec/";
        /// The place of the field `EI_OSABI` in an ELF file, and the value of Wasmtime's artifacts.
        const OS_ABI: usize = 7;
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
            [0x7f, b'E', b'L', b'F', ..] if bytes.get(OS_ABI) == Some(&WASMTIME) => {
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
            FileKind::Compressed(format) => {
                write!(f, "this is compressed by {format}; unpack it first")
            }
            FileKind::Archive(format) => {
                write!(f, "this is a {format} archive; unpack it, and give the `.wasm` file in it")
            }
            FileKind::Precompiled(engine) => write!(
                f,
                "this is native code that {engine} compiled for one machine; give the `.wasm` file \
                 that it was compiled from"
            ),
            FileKind::Native(system) => {
                write!(f, "this is a program or a library for {system}; build it for wasm32-wasip1")
            }
            FileKind::Html => f.write_str(
                "this is an HTML page, which a server sent in place of the module; read the page, \
                 and fetch the module again",
            ),
            FileKind::GitLfsPointer => f.write_str(
                "this is the pointer that Git LFS keeps in place of the module; fetch the module \
                 with `git lfs pull`",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FileKind::{self, *};

    #[test]
    fn kinds_of_files_are_recognised_by_their_first_bytes() {
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

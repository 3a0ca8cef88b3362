//! Kinds of files that users mistake for modules, recognised by their first bytes.

use std::fmt;

use FileKind::*;

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
    /// A static library (`.a`, `.lib`, `.rlib`): an archive of objects that nothing has linked.
    StaticLibrary,
    /// LLVM's intermediate representation (`.bc`), which is compiled later.
    Bitcode,
    /// Native code that an engine compiled ahead of time, with the name of the engine.
    Precompiled(&'static str),
    /// A native program or library, with the name of the operating system.
    Native(&'static str),
    /// JavaScript, such as the loader that Emscripten and wasm-bindgen write beside a module.
    JavaScript,
    /// An HTML page, such as a server sends instead of a missing file.
    Html,
    /// An XML document, such as a store of files sends instead of a missing file.
    Xml,
    /// The pointer that Git LFS keeps in place of a file.
    GitLfsPointer,
    /// Text in UTF-16, into which a shell may have changed the output of a program.
    Utf16,
    /// Other text, recognised by its byte order mark.
    Text,
}

/// Parts of a file, each with its place in bytes. The first entry of which all parts fit decides.
type Signature = &'static [(usize, &'static [u8])];

const SIGNATURES: &[(Signature, FileKind)] = &[
    (&[(0, &[0x1f, 0x8b])], Compressed("gzip")),
    (&[(0, &[0x28, 0xb5, 0x2f, 0xfd])], Compressed("zstd")),
    (&[(0, &[0x04, 0x22, 0x4d, 0x18])], Compressed("lz4")),
    (&[(0, b"\xfd7zXZ\0")], Compressed("xz")),
    (&[(0, b"BZh"), (4, b"1AY")], Compressed("bzip2")),
    (&[(0, b"PK\x03\x04")], Archive("zip")),
    (&[(0, b"PK\x05\x06")], Archive("zip")),
    (&[(0, b"7z\xbc\xaf\x27\x1c")], Archive("7z")),
    (&[(257, b"ustar")], Archive("tar")),
    (&[(0, b"!<arch>\n")], StaticLibrary),
    (&[(0, b"!<thin>\n")], StaticLibrary),
    (&[(0, b"BC\xc0\xde")], Bitcode),
    // The wrapper that Apple's compilers put around bitcode.
    (&[(0, b"\xde\xc0\x17\x0b")], Bitcode),
    // The field `EI_OSABI`, with the value of Wasmtime's artifacts.
    (&[(0, b"\x7fELF"), (7, &[200])], Precompiled("Wasmtime")),
    (&[(0, b"wasmer-")], Precompiled("Wasmer")),
    (&[(0, b"\0wasmer")], Precompiled("Wasmer")),
    (&[(0, b"\0aot")], Precompiled("WAMR")),
    (&[(0, b"\x7fELF")], Native("Linux")),
    (&[(0, &[0xcf, 0xfa, 0xed, 0xfe])], Native("macOS")),
    (&[(0, &[0xce, 0xfa, 0xed, 0xfe])], Native("macOS")),
    // For one processor or two. The number is a larger one in a Java class, which begins alike.
    (&[(0, &[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 1])], Native("macOS")),
    (&[(0, &[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2])], Native("macOS")),
    (&[(0, b"MZ")], Native("Windows")),
    (&[(0, &[0xff, 0xfe])], Utf16),
    (&[(0, &[0xfe, 0xff])], Utf16),
];

/// How a text begins, in lower case, after a byte order mark and white space.
const TEXTS: &[(&str, FileKind)] = &[
    ("<!doctype html", Html),
    ("<html", Html),
    ("<?xml", Xml),
    ("version https://git-lfs.github.com/spec/", GitLfsPointer),
    // Emscripten's loaders, with and without comments, and as modules.
    ("// include: ", JavaScript),
    ("var module", JavaScript),
    ("async function module", JavaScript),
    // Those of wasm-bindgen.
    ("import * as ", JavaScript),
    ("export class ", JavaScript),
    ("export function ", JavaScript),
    ("let wasm", JavaScript),
    // Others.
    ("\"use strict\"", JavaScript),
    ("'use strict'", JavaScript),
    ("(() => {", JavaScript),
    ("(function", JavaScript),
    ("#!/usr/bin/env node", JavaScript),
];

impl FileKind {
    /// The kind of a file with these bytes; `None` if it is none of those that are known.
    pub(super) fn of(bytes: &[u8]) -> Option<FileKind> {
        let has = |(at, part): &(usize, &[u8])| {
            bytes.get(*at..).is_some_and(|rest| rest.starts_with(part))
        };
        let (text, is_marked) = text(bytes);
        let begins = |start: &str| {
            let begin = text.get(..start.len());
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(start.as_bytes()))
        };
        let by_signature = SIGNATURES.iter().find(|(parts, _)| parts.iter().all(has));
        let by_text = || TEXTS.iter().find(|(start, _)| begins(start)).map(|(_, kind)| *kind);
        by_signature.map(|(_, kind)| *kind).or_else(by_text).or(is_marked.then_some(Text))
    }
}

/// A text without the byte order mark of UTF-8 and the white space that it begins with, and whether
/// it has that mark.
pub(super) fn text(bytes: &[u8]) -> (&[u8], bool) {
    let start = bytes.trim_ascii_start();
    match start.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest.trim_ascii_start(), true),
        None => (start, false),
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Compressed(format) => write!(f, "this is compressed by {format}; unpack it first"),
            Archive(format) => {
                write!(f, "this is a {format} archive; unpack it, and give the `.wasm` file in it")
            }
            StaticLibrary => f.write_str(
                "this is a static library, an archive of objects that nothing has linked yet; give \
                 the `.wasm` file that a linker made with it",
            ),
            Bitcode => f.write_str(
                "this is LLVM bitcode, which is not compiled yet; compile and link it for \
                 wasm32-wasip1",
            ),
            Precompiled(engine) => write!(
                f,
                "this is native code that {engine} compiled for one machine; give the `.wasm` file \
                 that it was compiled from"
            ),
            Native(system) => {
                write!(f, "this is a program or a library for {system}; build it for wasm32-wasip1")
            }
            JavaScript => f.write_str(
                "this is JavaScript, such as compilers write beside a module; give the `.wasm` file",
            ),
            Html => f.write_str(
                "this is an HTML page, which a server sent in place of the module; read the page, \
                 and fetch the module again",
            ),
            Xml => f.write_str(
                "this is an XML document, which a server may have sent in place of the module; read \
                 it, and fetch the module again",
            ),
            GitLfsPointer => f.write_str(
                "this is the pointer that Git LFS keeps in place of the module; fetch the module \
                 with `git lfs pull`",
            ),
            Utf16 => f.write_str(
                "this is text in UTF-16, into which `>` of PowerShell changes a program's output; \
                 have the program write the file itself, with `-o`",
            ),
            Text => f.write_str(
                "this is text with a byte order mark; give the `.wasm` file that the compiler wrote",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (b"!<arch>\n/               0", StaticLibrary),
            (b"BC\xc0\xde\x35\x14", Bitcode),
            (b"\n <!DOCTYPE html>", Html),
            (b"\xef\xbb\xbf<html lang=en>", Html),
            (b"\xef\xbb\xbf\r\n<?xml version=\"1.0\"?><Error>", Xml),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", GitLfsPointer),
            (b"MZ\x90\0", Native("Windows")),
            (b"\xcf\xfa\xed\xfe\x07\0\0\x01", Native("macOS")),
            (b"\xca\xfe\xba\xbe\0\0\0\x02", Native("macOS")),
            (b"// include: shell.js\n// The Module object:", JavaScript),
            (b"var Module=typeof Module!=\"undefined\"?Module:{};", JavaScript),
            (b"import * as wasm from \"./plugin_bg.wasm\";", JavaScript),
            (b"\xff\xfe\0\0a\0s\0m\0", Utf16),
            (b"\xef\xbb\xbfhello", Text),
        ] {
            assert_eq!(FileKind::of(bytes), Some(kind));
        }
        let java = b"\xca\xfe\xba\xbe\0\0\0\x41";
        for other in [&b"#!/bin/sh"[..], b"BZ", b"<svg>", &[0x8b, 0x02, 0x80], java, b"import os"] {
            assert_eq!(FileKind::of(other), None);
        }
    }

    #[test]
    fn every_kind_has_a_remedy_in_one_line() {
        let kinds =
            SIGNATURES.iter().map(|(_, kind)| kind).chain(TEXTS.iter().map(|(_, kind)| kind));
        for kind in kinds.chain([&Text]) {
            let text = kind.to_string();
            assert!(text.starts_with("this is ") && text.contains("; "), "{text}");
            assert!(!text.contains('\n'), "{text}");
        }
    }
}

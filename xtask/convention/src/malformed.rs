//! Errors: bytes that are not a core WebAssembly module, each with its cause and remedy.

use std::fmt;

use wasmparser::BinaryReaderError;

use crate::module::Contents;

mod kind;

pub use kind::FileKind;

/// Why bytes cannot be read as a core module. [`Display`](fmt::Display) adds the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// There are no bytes.
    Empty,
    /// The WebAssembly text format, which has to be assembled first.
    Text,
    /// A component. The convention is about the core modules inside.
    Component,
    /// A relocatable object, which has to be linked first.
    Object,
    /// A dynamic library, which an engine can only load together with other modules.
    DynamicLibrary,
    /// A file of another kind, recognised by its first bytes.
    Other(FileKind),
    /// A file of unknown kind: its first bytes are not those of WebAssembly.
    NotWasm,
    /// The file ends before the module does.
    Truncated {
        /// Where more was expected, in bytes from the start of the file.
        offset: usize,
    },
    /// The module does not validate.
    Invalid {
        /// The message of the validator.
        message: String,
        /// Where, in bytes from the start of the file.
        offset: usize,
    },
    /// The module exceeds a limit of this crate.
    Unsupported {
        /// What exceeds the limit.
        what: String,
    },
}

impl Malformed {
    /// The error that the first bytes show; `None` if they are those of a core module.
    pub(crate) fn by_preamble(bytes: &[u8]) -> Option<Malformed> {
        const MODULE: [u8; 8] = *b"\0asm\x01\0\0\0";
        match bytes {
            [] => Some(Malformed::Empty),
            [b'\0', b'a', b's', b'm', _, _, 1, 0, ..] => Some(Malformed::Component),
            _ if bytes.len() < MODULE.len() && MODULE.starts_with(bytes) => {
                Some(Malformed::Truncated { offset: bytes.len() })
            }
            [b'\0', b'a', b's', b'm', ..] => None,
            _ if looks_like_text(bytes) => Some(Malformed::Text),
            _ => Some(FileKind::of(bytes).map_or(Malformed::NotWasm, Malformed::Other)),
        }
    }

    /// The error that sections and imports show of a valid module that is only a part of a program;
    /// `None` for a linked one.
    pub(crate) fn by_contents(contents: &Contents<'_>) -> Option<Malformed> {
        let has = |wanted: &str| contents.sections.iter().any(|(name, _)| *name == wanted);
        // A linked module may keep its relocations (`--emit-relocs`), and with them the section
        // `linking`, but only an object imports a memory of that name.
        let is_unlinked = || contents.imports.iter().any(|import| import.name == "__linear_memory");
        match () {
            () if has("dylink.0") || has("dylink") => Some(Malformed::DynamicLibrary),
            () if has("linking") && is_unlinked() => Some(Malformed::Object),
            () => None,
        }
    }
}

fn looks_like_text(bytes: &[u8]) -> bool {
    let (start, _) = kind::text(bytes);
    start.starts_with(b"(module") || start.starts_with(b"(component") || start.starts_with(b";;")
}

impl From<BinaryReaderError> for Malformed {
    fn from(error: BinaryReaderError) -> Self {
        if error.message().starts_with("unexpected end") {
            return Malformed::Truncated { offset: error.offset() };
        }
        Malformed::Invalid { message: error.message().to_owned(), offset: error.offset() }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Malformed::Empty => f.write_str("the file is empty; build it again"),
            Malformed::Text => f.write_str(
                "this is the WebAssembly text format; \
                 assemble it first (`wat2wasm`, `wasm-tools parse`)",
            ),
            Malformed::Component => f.write_str(
                "this is a component, not a core module; \
                 give the core module that it was made from",
            ),
            Malformed::Object => f.write_str(
                "this is a relocatable object, which nothing has linked yet; \
                 link it, or give the module that the linker wrote",
            ),
            Malformed::DynamicLibrary => f.write_str(
                "this is a dynamic library, to be loaded beside other modules; \
                 link it as a module of its own, without `-shared`",
            ),
            Malformed::Other(kind) => kind.fmt(f),
            Malformed::NotWasm => f.write_str(
                "this is no WebAssembly module: it does not begin with `\\0asm`; \
                 give the `.wasm` file that the compiler wrote, not compressed",
            ),
            Malformed::Truncated { offset } => {
                write!(f, "the module ends in the middle, at byte {offset}; build or copy it again")
            }
            Malformed::Invalid { message, offset } => write!(
                f,
                "the module is not valid: {message} (at byte {offset}); \
                 build it again, or without the proposal that the message names",
            ),
            Malformed::Unsupported { what } => {
                write!(f, "the module has {what}, which Polyreactor does not support")
            }
        }
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_show_what_is_not_a_core_module() {
        let error = |bytes: &[u8]| Malformed::by_preamble(bytes);
        assert_eq!(error(b""), Some(Malformed::Empty));
        assert_eq!(error(b"\0as"), Some(Malformed::Truncated { offset: 3 }));
        assert_eq!(error(b"\0asm\x01\0\0\0"), None);
        assert_eq!(error(b"\0asm\x0d\0\x01\0"), Some(Malformed::Component));
        assert_eq!(error(b"  (module)"), Some(Malformed::Text));
        assert_eq!(error(b"\xef\xbb\xbf(module)"), Some(Malformed::Text));
        assert_eq!(error(b"#!/bin/sh"), Some(Malformed::NotWasm));
        let gzip = error(&[0x1f, 0x8b, 8, 0]);
        assert_eq!(gzip, Some(Malformed::Other(FileKind::Compressed("gzip"))));
    }
}

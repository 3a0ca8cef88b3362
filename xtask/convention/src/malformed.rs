//! What is no core WebAssembly module at all: bytes in, the reason and the remedy out.

use std::fmt;

use wasmparser::BinaryReaderError;

use crate::module::Contents;

mod kind;

pub use kind::FileKind;

/// Why bytes are no core module that could be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// There are no bytes.
    Empty,
    /// The text format, that nothing has assembled.
    Text,
    /// A component: what this tool looks at is inside.
    Component,
    /// A relocatable object: nothing has linked it yet.
    Object,
    /// A library to be loaded beside other modules, and not by itself.
    DynamicLibrary,
    /// Another kind of file, which is known by how it begins.
    Other(FileKind),
    /// None of these; the first bytes are not WebAssembly's.
    NotWasm,
    /// The file ends in the middle.
    Truncated {
        /// Where more was expected, in bytes from the start.
        offset: usize,
    },
    /// It does not validate.
    Invalid {
        /// What the validator said.
        message: String,
        /// Where, in bytes from the start.
        offset: usize,
    },
    /// It has more than this tool takes on.
    Unsupported {
        /// What there is too much of.
        what: String,
    },
}

impl Malformed {
    /// What the first bytes tell; `None` where they are those of a core module.
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

    /// What its sections and imports tell of a valid module that is only a part of one.
    pub(crate) fn by_contents(contents: &Contents<'_>) -> Option<Malformed> {
        let has = |wanted: &str| contents.sections.iter().any(|(name, _)| *name == wanted);
        // A linked module may keep its relocations; it imports no memory of that name.
        let is_open = || contents.imports.iter().any(|import| import.name == "__linear_memory");
        match () {
            () if has("dylink.0") || has("dylink") => Some(Malformed::DynamicLibrary),
            () if has("linking") && is_open() => Some(Malformed::Object),
            () => None,
        }
    }
}

fn looks_like_text(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
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
                "this is the WebAssembly text format; assemble it first (`wat2wasm`, `wasm-tools parse`)",
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
                 build it again, or without the proposal that this names",
            ),
            Malformed::Unsupported { what } => {
                write!(f, "the module has {what}, which this tool does not take on")
            }
        }
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell() {
        let says = |bytes: &[u8]| Malformed::by_preamble(bytes);
        assert_eq!(says(b""), Some(Malformed::Empty));
        assert_eq!(says(b"\0as"), Some(Malformed::Truncated { offset: 3 }));
        assert_eq!(says(b"\0asm\x01\0\0\0"), None);
        assert_eq!(says(b"\0asm\x0d\0\x01\0"), Some(Malformed::Component));
        assert_eq!(says(b"  (module)"), Some(Malformed::Text));
        assert_eq!(says(b"#!/bin/sh"), Some(Malformed::NotWasm));
        let gzip = says(&[0x1f, 0x8b, 8, 0]);
        assert_eq!(gzip, Some(Malformed::Other(FileKind::Compressed("gzip"))));
    }
}

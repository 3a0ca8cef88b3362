//! Detection of the WebAssembly proposals beyond 2.0 that a module uses (R014).

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use wasmparser::{BinaryReader, Parser, Validator, WasmFeatures};

/// A WebAssembly proposal that is not part of release 2.0, so an engine may lack it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Proposal {
    /// Exceptions: `throw`, `try_table`, tags.
    Exceptions,
    /// Exceptions in the form before standardisation: `try`, `catch`, `rethrow`.
    LegacyExceptions,
    /// `return_call` and `return_call_indirect`.
    TailCalls,
    /// References to functions of a known type: `call_ref`.
    FunctionReferences,
    /// Garbage collection: structs and arrays that the engine frees.
    Gc,
    /// Shared memory and atomic instructions.
    Threads,
    /// Vector instructions whose results may differ between machines.
    RelaxedSimd,
    /// Memories and tables with 64-bit addresses.
    Memory64,
    /// More than one memory.
    MultiMemory,
    /// Switching between stacks: `cont.new`, `suspend`.
    StackSwitching,
    /// 128-bit arithmetic.
    WideArithmetic,
    /// Memory pages of a size other than 64 KiB.
    CustomPageSizes,
    /// `memory.discard`.
    MemoryControl,
    /// Sharing of functions, tables and globals between threads, not only of memory.
    SharedEverythingThreads,
    /// Custom descriptors for struct types.
    CustomDescriptors,
    /// A compact import section, which names a module once for several imports.
    CompactImports,
}

/// For each proposal that sections can need, the validator feature that they need: with it
/// disabled, such a module is invalid.
const IN_SECTIONS: [(Proposal, WasmFeatures); 11] = [
    (Proposal::Exceptions, WasmFeatures::EXCEPTIONS),
    (Proposal::FunctionReferences, WasmFeatures::FUNCTION_REFERENCES),
    (Proposal::Gc, WasmFeatures::GC),
    (Proposal::Threads, WasmFeatures::THREADS),
    (Proposal::Memory64, WasmFeatures::MEMORY64),
    (Proposal::MultiMemory, WasmFeatures::MULTI_MEMORY),
    (Proposal::StackSwitching, WasmFeatures::STACK_SWITCHING),
    (Proposal::CustomPageSizes, WasmFeatures::CUSTOM_PAGE_SIZES),
    (Proposal::SharedEverythingThreads, WasmFeatures::SHARED_EVERYTHING_THREADS),
    (Proposal::CustomDescriptors, WasmFeatures::CUSTOM_DESCRIPTORS),
    (Proposal::CompactImports, WasmFeatures::COMPACT_IMPORTS),
];

/// The proposal that an instruction belongs to, by its opcode (`first`) and the bytes after it;
/// `None` for the instructions of WebAssembly 2.0.
pub(super) fn of_instruction(first: u8, mut rest: BinaryReader<'_>) -> Option<Proposal> {
    const WIDE_OR_MEMORY: u8 = 0xfc;
    const VECTOR: u8 = 0xfd;
    let proposal = match first {
        0x06 | 0x07 | 0x09 | 0x18 | 0x19 => Proposal::LegacyExceptions,
        0x08 | 0x0a | 0x1f => Proposal::Exceptions,
        0x12 | 0x13 => Proposal::TailCalls,
        0x14 | 0x15 | 0xd4..=0xd6 => Proposal::FunctionReferences,
        0xd3 | 0xfb => Proposal::Gc,
        0xe0..=0xe6 => Proposal::StackSwitching,
        0xfe => Proposal::Threads,
        WIDE_OR_MEMORY => match rest.read_var_u32().ok()? {
            0x12 => Proposal::MemoryControl,
            0x13..=0x16 => Proposal::WideArithmetic,
            _ => return None,
        },
        VECTOR if rest.read_var_u32().ok()? >= 0x100 => Proposal::RelaxedSimd,
        _ => return None,
    };
    Some(proposal)
}

/// The proposals that the sections of a valid module need, except function bodies.
pub(super) fn of_sections(bytes: &[u8]) -> BTreeSet<Proposal> {
    let is_valid = |features: WasmFeatures| {
        let mut validator = Validator::new_with_features(features);
        let mut parser = Parser::new(0);
        parser.set_features(features);
        parser.parse_all(bytes).all(|it| it.is_ok_and(|it| validator.payload(&it).is_ok()))
    };
    let supported_everywhere = WasmFeatures::WASM2 | WasmFeatures::EXTENDED_CONST;
    if is_valid(supported_everywhere) {
        return BTreeSet::new();
    }
    let needed = IN_SECTIONS
        .iter()
        .filter(|(_, features)| !is_valid(WasmFeatures::all().difference(*features)));
    needed.map(|(proposal, _)| *proposal).collect()
}

impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Proposal::Exceptions => "exceptions",
            Proposal::LegacyExceptions => "exceptions in their old form",
            Proposal::TailCalls => "tail calls",
            Proposal::FunctionReferences => "typed function references",
            Proposal::Gc => "garbage collection",
            Proposal::Threads => "threads",
            Proposal::RelaxedSimd => "relaxed SIMD",
            Proposal::Memory64 => "64-bit memory",
            Proposal::MultiMemory => "several memories",
            Proposal::StackSwitching => "stack switching",
            Proposal::WideArithmetic => "wide arithmetic",
            Proposal::CustomPageSizes => "custom page sizes",
            Proposal::MemoryControl => "memory control",
            Proposal::SharedEverythingThreads => "shared-everything threads",
            Proposal::CustomDescriptors => "custom descriptors",
            Proposal::CompactImports => "compact imports",
        })
    }
}

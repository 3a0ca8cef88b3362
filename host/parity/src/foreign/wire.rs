//! The protocol of the adapters: JSON, a line each, on their standard input and output.
//!
//! An adapter is started with `FILE SEED MEMORY_BYTES`. It writes a [`Greeting`], then reads a
//! [`Request`] at a time, makes an instance and the calls, and writes an [`Answer`] for
//! `_initialize` and for each call. The first answer that is not `returned` is the last of its
//! request. At the end of its input it exits.
//!
//! An adapter knows no types but the core's. Floats travel as the integers with the same bits, and
//! strings, lists and what lies behind a pointer as bytes to be lent to the guest.

use serde::{Deserialize, Serialize};

use super::call::{ForeignCall, ForeignType, ForeignValue};
use super::shim;

/// The first line of an adapter: it is ready, or the host refuses the module.
#[derive(Debug, Deserialize)]
pub(super) struct Greeting {
    pub(super) refused: Option<String>,
}

/// A sequence of calls, on a new instance.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) id: u64,
    pub(super) calls: Vec<Call<'a>>,
}

/// A call of an export.
#[derive(Debug, Serialize)]
pub(super) struct Call<'a> {
    name: &'a str,
    /// A module that imports the export, with its types, and exports a function `f` which passes
    /// integers on as floats. The engine refuses it if the export has other types.
    #[serde(with = "base64_bytes")]
    shim: Vec<u8>,
    params: Vec<Core>,
    result: Option<Core>,
    args: Vec<Arg<'a>>,
    /// The size of an element where the result is an address in the high half of an `i64` and a
    /// number of elements in the low half.
    elements: Option<u32>,
}

/// A core type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Core {
    I32,
    I64,
    F32,
    F64,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Arg<'a> {
    /// The signed integer with the bits of the number.
    Number { number: String },
    /// Bytes that lie in the guest's memory during the call. The guest gets their address, and
    /// `count` if there is one. Without it they are read again after the call.
    Lent {
        #[serde(with = "base64_bytes")]
        memory: &'a [u8],
        align: u32,
        count: Option<usize>,
    },
}

/// How a call or `_initialize` ended.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) id: u64,
    pub(super) end: End,
    /// What the engine said, or which import is missing.
    #[serde(default)]
    pub(super) words: String,
    #[serde(default)]
    pub(super) status: i32,
    /// The functions of the guest that were running, the innermost first.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) frames: Vec<String>,
    /// The address of a memory fault, where the host knows it.
    pub(super) address: Option<u64>,
    /// The result, as the signed integer with the same bits.
    pub(super) bits: Option<String>,
    /// The elements that the result refers to.
    #[serde(default, with = "base64_bytes")]
    pub(super) memory: Vec<u8>,
    /// What lies behind each pointer argument.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) changed: Vec<Bytes>,
    #[serde(default)]
    pub(super) memory_bytes: u64,
    /// Whether a growth of the memory was refused; `None` where the host does not tell.
    pub(super) growth_refused: Option<bool>,
    #[serde(default, with = "base64_bytes")]
    pub(super) stdout: Vec<u8>,
    #[serde(default)]
    pub(super) stdout_dropped: u64,
    #[serde(default, with = "base64_bytes")]
    pub(super) stderr: Vec<u8>,
    #[serde(default)]
    pub(super) stderr_dropped: u64,
    /// How much was written to standard output after the last write to standard error, in bytes.
    #[serde(default)]
    pub(super) after: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum End {
    Returned,
    Trap,
    Exit,
    MissingImport,
    NoSuchExport,
    TypeMismatch,
    Passing,
    Host,
}

impl<'a> Call<'a> {
    /// The call as an adapter makes it.
    pub(super) fn of(call: &'a ForeignCall) -> Self {
        let args: Vec<_> = call.args.iter().map(Arg::of).collect();
        let params: Vec<_> = call.args.iter().flat_map(cores).copied().collect();
        let (result, elements) = match call.result {
            None => (None, None),
            Some(ForeignType::I32) => (Some(Core::I32), None),
            Some(ForeignType::I64) => (Some(Core::I64), None),
            Some(ForeignType::F32) => (Some(Core::F32), None),
            Some(ForeignType::F64) => (Some(Core::F64), None),
            Some(ForeignType::String) => (Some(Core::I64), Some(1)),
            Some(ForeignType::List { element_bytes }) => (Some(Core::I64), Some(element_bytes)),
        };
        Call {
            name: &call.name,
            shim: shim::module(&params, result),
            params,
            result,
            args,
            elements,
        }
    }
}

impl<'a> Arg<'a> {
    fn of(value: &'a ForeignValue) -> Self {
        let number = match value {
            ForeignValue::I32(number) => number.to_string(),
            ForeignValue::I64(number) => number.to_string(),
            ForeignValue::F32(bits) => bits.cast_signed().to_string(),
            ForeignValue::F64(bits) => bits.cast_signed().to_string(),
            ForeignValue::String(text) => {
                return Arg::Lent { memory: text.as_bytes(), align: 1, count: Some(text.len()) };
            }
            ForeignValue::List { element_bytes, bytes } => {
                let align = (*element_bytes).max(1);
                let count = bytes.len() / align as usize;
                return Arg::Lent { memory: bytes, align, count: Some(count) };
            }
            ForeignValue::Pointer { align_bytes, bytes } => {
                return Arg::Lent { memory: bytes, align: *align_bytes, count: None };
            }
        };
        Arg::Number { number }
    }
}

/// The core types of a value as a parameter.
fn cores(value: &ForeignValue) -> &'static [Core] {
    match value {
        ForeignValue::I32(_) | ForeignValue::Pointer { .. } => &[Core::I32],
        ForeignValue::I64(_) => &[Core::I64],
        ForeignValue::F32(_) => &[Core::F32],
        ForeignValue::F64(_) => &[Core::F64],
        ForeignValue::String(_) | ForeignValue::List { .. } => &[Core::I32, Core::I32],
    }
}

/// Bytes that are base64 in JSON.
#[derive(Debug, Deserialize)]
pub(super) struct Bytes(#[serde(with = "base64_bytes")] pub(super) Vec<u8>);

/// A value, or the default in place of `null`, which Go writes for an empty slice.
fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Bytes as base64; `null` is none.
pub(super) mod base64_bytes {
    use data_encoding::BASE64;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(in super::super) fn serialize<S, B>(bytes: &B, to: S) -> Result<S::Ok, S::Error>
    where
        S: Serializer,
        B: AsRef<[u8]>,
    {
        to.serialize_str(&BASE64.encode(bytes.as_ref()))
    }

    pub(in super::super) fn deserialize<'de, D>(from: D) -> Result<Vec<u8>, D::Error>
    where
        D: Deserializer<'de>,
    {
        let text = Option::<String>::deserialize(from)?.unwrap_or_default();
        BASE64.decode(text.as_bytes()).map_err(D::Error::custom)
    }
}

//! [`ForeignCall`]: an export to call, with its arguments and the type of its result.

use serde::{Deserialize, Serialize};

use super::wire::base64_bytes;

/// A call of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignCall {
    /// The name of the export.
    pub name: String,
    /// The arguments.
    pub args: Vec<ForeignValue>,
    /// The type of the result; `None` where the export returns nothing.
    pub result: Option<ForeignType>,
}

impl ForeignCall {
    /// A call of the export `name`.
    pub fn new(
        name: impl Into<String>,
        args: Vec<ForeignValue>,
        result: Option<ForeignType>,
    ) -> Self {
        ForeignCall { name: name.into(), args, result }
    }
}

/// An argument or a result, of a type of the plain level. Floats are bits, so that a NaN keeps its
/// payload and two values are equal only if all of their bits are.
///
/// A bool is an `I32`, 0 or 1; an unsigned integer is the signed one with the same bits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForeignValue {
    /// An `i32`.
    I32(i32),
    /// An `i64`. As text in JSON, whose numbers many programs read as floats.
    I64(#[serde(with = "decimal")] i64),
    /// The bits of an `f32`; in JSON hexadecimal, as `"0x3fc00000"`.
    F32(#[serde(with = "hexadecimal")] u32),
    /// The bits of an `f64`; in JSON hexadecimal.
    F64(#[serde(with = "hexadecimal")] u64),
    /// A string.
    String(String),
    /// A list of numbers or bools.
    List {
        /// The size of an element in bytes, which is its alignment too.
        element_bytes: u32,
        /// The elements, little-endian, one after the other.
        #[serde(with = "base64_bytes")]
        bytes: Vec<u8>,
    },
    /// What lies behind a pointer (`ptr<T>`). Never a result. What lies behind it after the call is
    /// in [`ForeignEnd::Returned`](super::ForeignEnd::Returned).
    Pointer {
        /// The alignment of the value in bytes.
        align_bytes: u32,
        /// The value, as C lays it out on wasm32.
        #[serde(with = "base64_bytes")]
        bytes: Vec<u8>,
    },
}

/// The type of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForeignType {
    /// An `i32`, also for a bool or an address.
    I32,
    /// An `i64`.
    I64,
    /// An `f32`.
    F32,
    /// An `f64`.
    F64,
    /// A string, returned as one `i64`.
    String,
    /// A list of numbers or bools, returned as one `i64`.
    List {
        /// The size of an element in bytes.
        element_bytes: u32,
    },
}

impl From<f32> for ForeignValue {
    fn from(number: f32) -> Self {
        ForeignValue::F32(number.to_bits())
    }
}

impl From<f64> for ForeignValue {
    fn from(number: f64) -> Self {
        ForeignValue::F64(number.to_bits())
    }
}

impl From<&str> for ForeignValue {
    fn from(text: &str) -> Self {
        ForeignValue::String(text.to_owned())
    }
}

/// An integer as decimal text.
mod decimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(number: &i64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// Bits as hexadecimal text.
mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S, B>(bits: &B, to: S) -> Result<S::Ok, S::Error>
    where
        S: Serializer,
        B: std::fmt::LowerHex,
    {
        to.collect_str(&format_args!("{bits:#x}"))
    }

    pub(super) fn deserialize<'de, D, B>(from: D) -> Result<B, D::Error>
    where
        D: Deserializer<'de>,
        B: TryFrom<u64>,
    {
        let text = String::deserialize(from)?;
        let digits = text.strip_prefix("0x");
        let bits = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        bits.and_then(|bits| bits.try_into().ok())
            .ok_or_else(|| D::Error::custom(format!("{text} is not hexadecimal bits")))
    }
}

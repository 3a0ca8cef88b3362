//! A number on its way into a guest or out of it, bit for bit.

use std::fmt;

use wasmtime::ValRaw;

use crate::Type;

/// A number of core type.
///
/// Floats are kept as their bits, so that a NaN's payload survives and equality is identity:
///
/// ```
/// use polyreactor_host::Value;
///
/// assert_eq!(Value::from(-1), Value::from(u32::MAX));
/// assert_eq!(Value::from(f64::NAN), Value::from(f64::NAN));
/// assert_ne!(Value::from(0.0), Value::from(-0.0));
/// assert_eq!(Value::F32(0x7fa0_0000).to_string(), "nan:0x200000");
/// ```
///
/// Written out it is what WAVE reads (`-1`, `0.5`, `1e300`, `inf`, `nan`), integers as signed. A
/// NaN other than the canonical one has its payload after it, as in WebAssembly's text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Value {
    /// A 32-bit integer; one that is meant unsigned has the same bits.
    I32(i32),
    /// A 64-bit integer; one that is meant unsigned has the same bits.
    I64(i64),
    /// The bits of a 32-bit float.
    F32(u32),
    /// The bits of a 64-bit float.
    F64(u64),
}

impl Value {
    /// Its type.
    pub fn ty(self) -> Type {
        match self {
            Value::I32(_) => Type::I32,
            Value::I64(_) => Type::I64,
            Value::F32(_) => Type::F32,
            Value::F64(_) => Type::F64,
        }
    }

    /// As the engine passes it.
    pub(crate) fn to_raw(self) -> ValRaw {
        match self {
            Value::I32(value) => ValRaw::i32(value),
            Value::I64(value) => ValRaw::i64(value),
            Value::F32(bits) => ValRaw::f32(bits),
            Value::F64(bits) => ValRaw::f64(bits),
        }
    }

    /// What the engine hands back, of that type; only of functions of numbers.
    pub(crate) fn from_raw(ty: &Type, raw: &ValRaw) -> Self {
        match ty {
            Type::I64 => Value::I64(raw.get_i64()),
            Type::F32 => Value::F32(raw.get_f32()),
            Type::F64 => Value::F64(raw.get_f64()),
            Type::I32 | Type::Other(_) => Value::I32(raw.get_i32()),
        }
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Value::I32(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::I32(value.cast_signed())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::I64(value)
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Value::I64(value.cast_signed())
    }
}

impl From<f32> for Value {
    fn from(value: f32) -> Self {
        Value::F32(value.to_bits())
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::F64(value.to_bits())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Value::I32(value) => write!(f, "{value}"),
            Value::I64(value) => write!(f, "{value}"),
            Value::F32(bits) => write_f32(f, bits),
            Value::F64(bits) => write_f64(f, bits),
        }
    }
}

pub(crate) fn write_f32(f: &mut fmt::Formatter<'_>, bits: u32) -> fmt::Result {
    let float = f32::from_bits(bits);
    if float.is_nan() {
        return write_nan(f, bits >> 31 == 1, (bits & ((1 << 23) - 1)).into(), 1 << 22);
    }
    write_shortest(f, &float)
}

pub(crate) fn write_f64(f: &mut fmt::Formatter<'_>, bits: u64) -> fmt::Result {
    let float = f64::from_bits(bits);
    if float.is_nan() {
        return write_nan(f, bits >> 63 == 1, bits & ((1 << 52) - 1), 1 << 51);
    }
    write_shortest(f, &float)
}

/// `{:?}` writes the shortest digits that read back as the same float, and `.0` after whole ones,
/// which say no more without.
fn write_shortest(f: &mut fmt::Formatter<'_>, float: &dyn fmt::Debug) -> fmt::Result {
    let digits = format!("{float:?}");
    f.write_str(digits.strip_suffix(".0").unwrap_or(&digits))
}

fn write_nan(
    f: &mut fmt::Formatter<'_>,
    negative: bool,
    payload: u64,
    canonical: u64,
) -> fmt::Result {
    f.write_str(if negative { "-nan" } else { "nan" })?;
    if payload == canonical { Ok(()) } else { write!(f, ":{payload:#x}") }
}

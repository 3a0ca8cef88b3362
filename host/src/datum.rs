//! A value of a contract's type, whatever that is: from memory and into it, and as text.

use std::fmt::{self, Write};

use polyreactor_convention::contract::{Pointee, Scalar, ValueType};

use crate::value::{write_f32, write_f64};
use crate::{BadValue, passing};

/// A value of a type that is known only now, from a contract: what
/// [`Instance::call_declared`](crate::Instance::call_declared) passes and answers.
///
/// For a pointer it is what lies there. Written out it is WAVE; a NaN that is not the canonical
/// one has its payload after it, as for [`Value`](crate::Value):
///
/// ```
/// use polyreactor_host::Datum;
///
/// let point = Datum::Record(vec![
///     ("x".to_owned(), Datum::S32(1)),
///     ("name".to_owned(), Datum::String("a \"b\"".to_owned())),
/// ]);
/// assert_eq!(point.to_string(), r#"{x: 1, name: "a \"b\""}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Datum {
    /// True or false.
    Bool(bool),
    /// A signed byte; only behind a pointer.
    S8(i8),
    /// An unsigned byte; only behind a pointer.
    U8(u8),
    /// A signed integer of 16 bits; only behind a pointer.
    S16(i16),
    /// An unsigned integer of 16 bits; only behind a pointer.
    U16(u16),
    /// A signed integer of 32 bits.
    S32(i32),
    /// An unsigned integer of 32 bits.
    U32(u32),
    /// A signed integer of 64 bits.
    S64(i64),
    /// An unsigned integer of 64 bits.
    U64(u64),
    /// The bits of a float of 32 bits.
    F32(u32),
    /// The bits of a float of 64 bits.
    F64(u64),
    /// A text.
    String(String),
    /// As many of the same as the contract says; only behind a pointer.
    List(Vec<Datum>),
    /// All fields with their names, in the contract's order; only behind a pointer.
    Record(Vec<(String, Datum)>),
}

impl Datum {
    /// Whether it is a value of that type; behind a pointer, of what that leads to.
    pub fn is_a(&self, ty: &ValueType) -> bool {
        match (self, ty) {
            (Datum::Bool(_), ValueType::Bool)
            | (Datum::S32(_), ValueType::S32)
            | (Datum::U32(_), ValueType::U32)
            | (Datum::S64(_), ValueType::S64)
            | (Datum::U64(_), ValueType::U64)
            | (Datum::F32(_), ValueType::F32)
            | (Datum::F64(_), ValueType::F64)
            | (Datum::String(_), ValueType::String) => true,
            (datum, ValueType::Ptr(pointee)) => datum.lies_as(pointee),
            _ => false,
        }
    }

    fn lies_as(&self, pointee: &Pointee) -> bool {
        match (self, pointee) {
            (Datum::List(values), Pointee::List(of, length)) => {
                values.len() as u64 == u64::from(*length)
                    && values.iter().all(|value| value.lies_as(of))
            }
            (Datum::Record(values), Pointee::Record(record)) => {
                let fields = record.fields();
                let pairs = values.iter().zip(fields);
                values.len() == fields.len()
                    && pairs.into_iter().all(|((name, value), field)| {
                        *name == field.name && value.lies_as(&field.ty)
                    })
            }
            (datum, Pointee::Scalar(scalar)) => datum.scalar() == Some(*scalar),
            _ => false,
        }
    }

    fn scalar(&self) -> Option<Scalar> {
        Some(match self {
            Datum::Bool(_) => Scalar::Bool,
            Datum::S8(_) => Scalar::S8,
            Datum::U8(_) => Scalar::U8,
            Datum::S16(_) => Scalar::S16,
            Datum::U16(_) => Scalar::U16,
            Datum::S32(_) => Scalar::S32,
            Datum::U32(_) => Scalar::U32,
            Datum::S64(_) => Scalar::S64,
            Datum::U64(_) => Scalar::U64,
            Datum::F32(_) => Scalar::F32,
            Datum::F64(_) => Scalar::F64,
            Datum::String(_) | Datum::List(_) | Datum::Record(_) => return None,
        })
    }

    /// How it is called in a message.
    pub(crate) fn kind(&self) -> String {
        match self {
            Datum::String(_) => "string".to_owned(),
            Datum::List(values) => format!("a list of {}", values.len()),
            Datum::Record(_) => "a record".to_owned(),
            number => number.scalar().map(|scalar| scalar.to_string()).unwrap_or_default(),
        }
    }

    /// Puts it where it belongs: `bytes` begin there, and are long enough for its type.
    pub(crate) fn write(&self, pointee: &Pointee, bytes: &mut [u8]) {
        let mut put = |source: &[u8]| bytes[..source.len()].copy_from_slice(source);
        match self {
            Datum::Bool(value) => put(&[(*value).into()]),
            Datum::S8(value) => put(&value.to_le_bytes()),
            Datum::U8(value) => put(&value.to_le_bytes()),
            Datum::S16(value) => put(&value.to_le_bytes()),
            Datum::U16(value) => put(&value.to_le_bytes()),
            Datum::S32(value) => put(&value.to_le_bytes()),
            Datum::U32(value) | Datum::F32(value) => put(&value.to_le_bytes()),
            Datum::S64(value) => put(&value.to_le_bytes()),
            Datum::U64(value) | Datum::F64(value) => put(&value.to_le_bytes()),
            Datum::String(_) => {}
            Datum::List(values) => {
                let Pointee::List(of, _) = pointee else { return };
                let size = of.layout().size_bytes as usize;
                for (number, value) in values.iter().enumerate() {
                    value.write(of, &mut bytes[number * size..]);
                }
            }
            Datum::Record(values) => {
                let Pointee::Record(record) = pointee else { return };
                for ((_, value), field) in values.iter().zip(record.fields()) {
                    value.write(&field.ty, &mut bytes[field.offset_bytes as usize..]);
                }
            }
        }
    }

    /// Takes one out of memory: `bytes` begin there, and are long enough for its type.
    pub(crate) fn read(pointee: &Pointee, bytes: &[u8]) -> Result<Self, BadValue> {
        Ok(match pointee {
            Pointee::Scalar(scalar) => scalar_of(*scalar, bytes)?,
            Pointee::List(of, length) => {
                let size = of.layout().size_bytes as usize;
                let values = (0..*length as usize).map(|n| Datum::read(of, &bytes[n * size..]));
                Datum::List(values.collect::<Result<_, _>>()?)
            }
            Pointee::Record(record) => {
                let values = record.fields().iter().map(|field| {
                    let value = Datum::read(&field.ty, &bytes[field.offset_bytes as usize..])?;
                    Ok((field.name.clone(), value))
                });
                Datum::Record(values.collect::<Result<_, _>>()?)
            }
        })
    }
}

fn scalar_of(scalar: Scalar, bytes: &[u8]) -> Result<Datum, BadValue> {
    fn take<const N: usize>(bytes: &[u8]) -> [u8; N] {
        let mut taken = [0; N];
        taken.copy_from_slice(&bytes[..N]);
        taken
    }
    Ok(match scalar {
        Scalar::Bool => Datum::Bool(passing::bool_of(bytes[0].into())?),
        Scalar::S8 => Datum::S8(i8::from_le_bytes(take(bytes))),
        Scalar::U8 => Datum::U8(bytes[0]),
        Scalar::S16 => Datum::S16(i16::from_le_bytes(take(bytes))),
        Scalar::U16 => Datum::U16(u16::from_le_bytes(take(bytes))),
        Scalar::S32 => Datum::S32(i32::from_le_bytes(take(bytes))),
        Scalar::U32 => Datum::U32(u32::from_le_bytes(take(bytes))),
        Scalar::S64 => Datum::S64(i64::from_le_bytes(take(bytes))),
        Scalar::U64 => Datum::U64(u64::from_le_bytes(take(bytes))),
        Scalar::F32 => Datum::F32(u32::from_le_bytes(take(bytes))),
        Scalar::F64 => Datum::F64(u64::from_le_bytes(take(bytes))),
    })
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Datum::Bool(value) => value.fmt(f),
            Datum::S8(value) => value.fmt(f),
            Datum::U8(value) => value.fmt(f),
            Datum::S16(value) => value.fmt(f),
            Datum::U16(value) => value.fmt(f),
            Datum::S32(value) => value.fmt(f),
            Datum::U32(value) => value.fmt(f),
            Datum::S64(value) => value.fmt(f),
            Datum::U64(value) => value.fmt(f),
            Datum::F32(bits) => write_f32(f, *bits),
            Datum::F64(bits) => write_f64(f, *bits),
            Datum::String(text) => write_text(f, text),
            Datum::List(values) => {
                f.write_char('[')?;
                for (number, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if number == 0 { "" } else { ", " })?;
                }
                f.write_char(']')
            }
            Datum::Record(values) => {
                f.write_char('{')?;
                for (number, (name, value)) in values.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if number == 0 { "" } else { ", " })?;
                }
                f.write_char('}')
            }
        }
    }
}

/// In quotes, with WAVE's escapes for what ends them, and for what a terminal would act on.
fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            '\'' => f.write_char(character)?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            other if other.escape_debug().len() > 1 => {
                write!(f, "\\u{{{:x}}}", u32::from(other))?;
            }
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

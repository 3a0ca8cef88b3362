//! Reading [`Val`]s from a guest's memory and writing them to it: little-endian, in the contract's
//! layout.

use std::error::Error;
use std::fmt;

use super::Val;
use super::list::List;
use crate::types::Pointee;
use polyreactor_layout::Scalar;

/// Why a value cannot be read from memory or written to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadMemory {
    /// The byte of a bool is neither 0 nor 1.
    NoBool {
        /// The byte.
        found: u8,
    },
    /// There are fewer bytes than the size of the type.
    TooShort {
        /// The size of the type, in bytes.
        wanted: usize,
    },
    /// The value has another type.
    OfAnotherType,
}

impl Val {
    /// Reads a value of the type `pointee` from the beginning of `bytes`.
    ///
    /// ```
    /// use polyreactor_contract::{Pointee, Scalar, Val};
    ///
    /// let pair = Pointee::List(Box::new(Pointee::Scalar(Scalar::U16)), 2);
    /// assert_eq!(Val::load(&pair, &[1, 0, 0, 1])?, Val::from(vec![1_u16, 256]));
    /// # Ok::<(), polyreactor_contract::BadMemory>(())
    /// ```
    ///
    /// A `Val` takes more memory than the bytes that it is read from, most of all a record with
    /// many lists: limit the size of values that an untrusted guest makes the host read.
    ///
    /// # Errors
    ///
    /// [`BadMemory::TooShort`] if `bytes` is shorter than the type; [`BadMemory::NoBool`] if a bool
    /// is neither 0 nor 1.
    pub fn load(pointee: &Pointee, bytes: &[u8]) -> Result<Val, BadMemory> {
        let wanted = pointee.layout().size_bytes as usize;
        let bytes = bytes.get(..wanted).ok_or(BadMemory::TooShort { wanted })?;
        Ok(match pointee {
            Pointee::Scalar(scalar) => load_scalar(*scalar, bytes)?,
            Pointee::List(of, _) => match &**of {
                Pointee::Scalar(scalar) => Val::List(List::load(*scalar, bytes)?),
                of => {
                    let size = of.layout().size_bytes as usize;
                    let values = bytes.chunks_exact(size).map(|bytes| Val::load(of, bytes));
                    Val::List(values.collect::<Result<_, _>>()?)
                }
            },
            Pointee::Record(record) => {
                let values = record.fields().iter().map(|field| {
                    let value = Val::load(&field.ty, &bytes[field.offset_bytes as usize..])?;
                    Ok((field.name.clone(), value))
                });
                Val::Record(values.collect::<Result<_, _>>()?)
            }
        })
    }

    /// Writes the value, which has to be of the type `pointee`, to the beginning of `bytes`.
    /// Padding bytes keep their values.
    ///
    /// # Errors
    ///
    /// [`BadMemory::TooShort`] if `bytes` is shorter than the type; [`BadMemory::OfAnotherType`] if
    /// this is no value of the type. In both cases nothing has been written.
    pub fn store(&self, pointee: &Pointee, bytes: &mut [u8]) -> Result<(), BadMemory> {
        let wanted = pointee.layout().size_bytes as usize;
        let bytes = bytes.get_mut(..wanted).ok_or(BadMemory::TooShort { wanted })?;
        if !self.lies_as(pointee) {
            return Err(BadMemory::OfAnotherType);
        }
        self.put(pointee, bytes)
    }

    /// Writes the value, whose type [`store`](Val::store) has checked.
    fn put(&self, pointee: &Pointee, bytes: &mut [u8]) -> Result<(), BadMemory> {
        match (self, pointee) {
            (Val::List(values), Pointee::List(of, _)) => put_list(values, of, bytes),
            (Val::Record(values), Pointee::Record(record)) => {
                for ((_, value), field) in values.iter().zip(record.fields()) {
                    value.put(&field.ty, &mut bytes[field.offset_bytes as usize..])?;
                }
                Ok(())
            }
            (value, _) => value.put_scalar(bytes),
        }
    }

    fn put_scalar(&self, bytes: &mut [u8]) -> Result<(), BadMemory> {
        let mut put = |source: &[u8]| {
            let wanted = source.len();
            let place = bytes.get_mut(..wanted).ok_or(BadMemory::TooShort { wanted })?;
            place.copy_from_slice(source);
            Ok(())
        };
        match self {
            Val::Bool(value) => put(&[(*value).into()]),
            Val::S8(value) => put(&value.to_le_bytes()),
            Val::U8(value) => put(&value.to_le_bytes()),
            Val::S16(value) => put(&value.to_le_bytes()),
            Val::U16(value) => put(&value.to_le_bytes()),
            Val::S32(value) => put(&value.to_le_bytes()),
            Val::U32(value) => put(&value.to_le_bytes()),
            Val::S64(value) => put(&value.to_le_bytes()),
            Val::U64(value) => put(&value.to_le_bytes()),
            Val::F32(value) => put(&value.to_le_bytes()),
            Val::F64(value) => put(&value.to_le_bytes()),
            Val::String(_) | Val::List(_) | Val::Record(_) => Err(BadMemory::OfAnotherType),
        }
    }
}

fn load_scalar(scalar: Scalar, bytes: &[u8]) -> Result<Val, BadMemory> {
    fn first<const N: usize>(bytes: &[u8]) -> Result<[u8; N], BadMemory> {
        bytes.first_chunk().copied().ok_or(BadMemory::TooShort { wanted: N })
    }
    Ok(match scalar {
        Scalar::Bool => match first(bytes)? {
            [byte @ (0 | 1)] => Val::Bool(byte == 1),
            [found] => return Err(BadMemory::NoBool { found }),
        },
        Scalar::S8 => Val::S8(i8::from_le_bytes(first(bytes)?)),
        Scalar::U8 => Val::U8(u8::from_le_bytes(first(bytes)?)),
        Scalar::S16 => Val::S16(i16::from_le_bytes(first(bytes)?)),
        Scalar::U16 => Val::U16(u16::from_le_bytes(first(bytes)?)),
        Scalar::S32 => Val::S32(i32::from_le_bytes(first(bytes)?)),
        Scalar::U32 => Val::U32(u32::from_le_bytes(first(bytes)?)),
        Scalar::S64 => Val::S64(i64::from_le_bytes(first(bytes)?)),
        Scalar::U64 => Val::U64(u64::from_le_bytes(first(bytes)?)),
        Scalar::F32 => Val::F32(f32::from_le_bytes(first(bytes)?)),
        Scalar::F64 => Val::F64(f64::from_le_bytes(first(bytes)?)),
    })
}

fn put_list(values: &List, of: &Pointee, bytes: &mut [u8]) -> Result<(), BadMemory> {
    if let Some(source) = values.bytes() {
        let wanted = source.len();
        let place = bytes.get_mut(..wanted).ok_or(BadMemory::TooShort { wanted })?;
        place.copy_from_slice(source);
        return Ok(());
    }
    let mut places = bytes.chunks_exact_mut(of.layout().size_bytes as usize);
    values.iter().zip(&mut places).try_for_each(|(value, place)| value.put(of, place))
}

impl fmt::Display for BadMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadMemory::NoBool { found } => write!(f, "{found} for a bool, 0 or 1 expected"),
            BadMemory::TooShort { wanted } => write!(f, "less memory than {wanted} bytes"),
            BadMemory::OfAnotherType => f.write_str("a value of another type"),
        }
    }
}

impl Error for BadMemory {}

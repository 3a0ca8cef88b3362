//! Values in a guest's memory: little-endian, laid out by the contract.

use std::error::Error;
use std::fmt;

use super::Val;
use super::list::{Element, List};
use crate::types::{Pointee, Scalar};

/// Why a value can't be read from memory or written to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadMemory {
    /// A byte that should be a bool is neither 0 nor 1.
    NoBool {
        /// The byte.
        found: u8,
    },
    /// There are fewer bytes than the type has.
    TooShort {
        /// As many are needed.
        wanted: usize,
    },
    /// The value is of another type.
    OfAnotherType,
}

impl Val {
    /// Reads the value of a type that lies at the beginning of `bytes`.
    ///
    /// ```
    /// use polyreactor_contract::{Pointee, Scalar, Val};
    ///
    /// let pair = Pointee::List(Box::new(Pointee::Scalar(Scalar::U16)), 2);
    /// assert_eq!(Val::load(&pair, &[1, 0, 0, 1])?, Val::from(vec![1_u16, 256]));
    /// # Ok::<(), polyreactor_contract::BadMemory>(())
    /// ```
    ///
    /// A value in memory is larger outside of it, records with many lists most: bound the size of
    /// what a stranger has you read.
    ///
    /// # Errors
    ///
    /// [`BadMemory::NoBool`], [`BadMemory::TooShort`].
    pub fn load(pointee: &Pointee, bytes: &[u8]) -> Result<Val, BadMemory> {
        let wanted = pointee.layout().size_bytes as usize;
        let bytes = bytes.get(..wanted).ok_or(BadMemory::TooShort { wanted })?;
        Ok(match pointee {
            Pointee::Scalar(scalar) => load_scalar(*scalar, bytes)?,
            Pointee::List(of, _) => match &**of {
                Pointee::Scalar(scalar) => Val::List(load_list(*scalar, bytes)?),
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

    /// Writes the value to the beginning of `bytes`, as a value of that type. Padding is left as
    /// it is.
    ///
    /// # Errors
    ///
    /// [`BadMemory::OfAnotherType`], [`BadMemory::TooShort`]; then nothing has been written.
    pub fn store(&self, pointee: &Pointee, bytes: &mut [u8]) -> Result<(), BadMemory> {
        let wanted = pointee.layout().size_bytes as usize;
        let bytes = bytes.get_mut(..wanted).ok_or(BadMemory::TooShort { wanted })?;
        if !self.lies_as(pointee) {
            return Err(BadMemory::OfAnotherType);
        }
        self.put(pointee, bytes)
    }

    /// The types have been compared.
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
        match self {
            Val::Bool(value) => Element::store_all(&[*value], bytes),
            Val::S8(value) => Element::store_all(&[*value], bytes),
            Val::U8(value) => Element::store_all(&[*value], bytes),
            Val::S16(value) => Element::store_all(&[*value], bytes),
            Val::U16(value) => Element::store_all(&[*value], bytes),
            Val::S32(value) => Element::store_all(&[*value], bytes),
            Val::U32(value) => Element::store_all(&[*value], bytes),
            Val::S64(value) => Element::store_all(&[*value], bytes),
            Val::U64(value) => Element::store_all(&[*value], bytes),
            Val::F32(value) => Element::store_all(&[*value], bytes),
            Val::F64(value) => Element::store_all(&[*value], bytes),
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

/// The elements of a list of scalars that take up all of `bytes`.
fn load_list(scalar: Scalar, bytes: &[u8]) -> Result<List, BadMemory> {
    fn load<T: Element>(bytes: &[u8]) -> Result<List, BadMemory> {
        T::load_all(bytes).map(List::from)
    }
    match scalar {
        Scalar::Bool => load::<bool>(bytes),
        Scalar::S8 => load::<i8>(bytes),
        Scalar::U8 => load::<u8>(bytes),
        Scalar::S16 => load::<i16>(bytes),
        Scalar::U16 => load::<u16>(bytes),
        Scalar::S32 => load::<i32>(bytes),
        Scalar::U32 => load::<u32>(bytes),
        Scalar::S64 => load::<i64>(bytes),
        Scalar::U64 => load::<u64>(bytes),
        Scalar::F32 => load::<f32>(bytes),
        Scalar::F64 => load::<f64>(bytes),
    }
}

fn put_list(values: &List, of: &Pointee, bytes: &mut [u8]) -> Result<(), BadMemory> {
    if values.is_empty() {
        return Ok(());
    }
    fn store<T: Element>(values: &List, bytes: &mut [u8]) -> Result<(), BadMemory> {
        let elements = values.as_slice::<T>().ok_or(BadMemory::OfAnotherType)?;
        T::store_all(elements, bytes)
    }
    match values.scalar() {
        Some(Scalar::Bool) => store::<bool>(values, bytes),
        Some(Scalar::S8) => store::<i8>(values, bytes),
        Some(Scalar::U8) => store::<u8>(values, bytes),
        Some(Scalar::S16) => store::<i16>(values, bytes),
        Some(Scalar::U16) => store::<u16>(values, bytes),
        Some(Scalar::S32) => store::<i32>(values, bytes),
        Some(Scalar::U32) => store::<u32>(values, bytes),
        Some(Scalar::S64) => store::<i64>(values, bytes),
        Some(Scalar::U64) => store::<u64>(values, bytes),
        Some(Scalar::F32) => store::<f32>(values, bytes),
        Some(Scalar::F64) => store::<f64>(values, bytes),
        None => {
            let size = of.layout().size_bytes as usize;
            let mut places = bytes.chunks_exact_mut(size);
            values.iter().zip(&mut places).try_for_each(|(value, place)| value.put(of, place))
        }
    }
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

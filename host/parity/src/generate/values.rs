//! Values of the types of a contract.

use std::collections::HashMap;

use polyreactor_contract::{List, Pointee, Scalar, Val, ValueType};

use super::choices::Source;
use super::dictionary::Dictionary;
use super::{numbers, texts};

/// The ranges that a suite sets, by the numbers of export and parameter.
pub(crate) type Ranges = HashMap<(usize, usize), Range>;

/// The range of a parameter. Bounds are included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Range {
    Integers(i128, i128),
    Floats(f64, f64),
    /// Of the length of a string, in characters, or of a list.
    Lengths(usize, usize),
}

/// What is drawn from, beside the choices: constants of the modules, and values that the same
/// sequence has already.
pub(crate) struct Values<'a> {
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) integers: Vec<i128>,
    pub(crate) texts: Vec<String>,
}

/// The choices that give `value`; `None` for a type whose values are not encoded.
pub(crate) fn encode(ty: &ValueType, value: &Val) -> Option<Vec<u64>> {
    Some(match (ty, value) {
        (ValueType::Bool, Val::Bool(value)) => vec![u64::from(*value)],
        (ValueType::S32, Val::S32(value)) => {
            vec![numbers::index((*value).into(), i32::MIN.into(), i32::MAX.into())]
        }
        (ValueType::U32, Val::U32(value)) => {
            vec![numbers::index((*value).into(), 0, u32::MAX.into())]
        }
        (ValueType::S64, Val::S64(value)) => {
            vec![numbers::index((*value).into(), i64::MIN.into(), i64::MAX.into())]
        }
        (ValueType::U64, Val::U64(value)) => {
            vec![numbers::index((*value).into(), 0, u64::MAX.into())]
        }
        (ValueType::F32, Val::F32(value)) => vec![2, value.to_bits().into()],
        (ValueType::F64, Val::F64(value)) => vec![2, value.to_bits()],
        (ValueType::String, Val::String(text)) => texts::encode(text),
        _ => return None,
    })
}

/// The most elements of a generated string or list.
const LONGEST: usize = 1100;

impl Values<'_> {
    /// Draws a value of the type `ty`.
    pub(crate) fn value(
        &mut self,
        source: &mut Source,
        ty: &ValueType,
        range: Option<Range>,
    ) -> Val {
        let lengths = match range {
            Some(Range::Lengths(least, most)) => (least, most),
            _ => (0, LONGEST),
        };
        match ty {
            ValueType::Bool => self.scalar(source, Scalar::Bool, range),
            ValueType::S32 => self.scalar(source, Scalar::S32, range),
            ValueType::U32 => self.scalar(source, Scalar::U32, range),
            ValueType::S64 => self.scalar(source, Scalar::S64, range),
            ValueType::U64 => self.scalar(source, Scalar::U64, range),
            ValueType::F32 => self.scalar(source, Scalar::F32, range),
            ValueType::F64 => self.scalar(source, Scalar::F64, range),
            ValueType::String => {
                let text = texts::text(source, lengths, self.dictionary, &self.texts);
                self.texts.push(text.clone());
                Val::String(text)
            }
            ValueType::List(scalar) => {
                let dictionary = self.dictionary;
                let planned = source.plan(|rng| texts::length(rng, dictionary)).unwrap_or(0);
                let values: List = texts::elements(source, lengths, planned, |source, _| {
                    self.scalar(source, *scalar, None)
                });
                Val::List(values)
            }
            ValueType::Ptr(pointee) => self.pointee(source, pointee),
        }
    }

    fn pointee(&mut self, source: &mut Source, pointee: &Pointee) -> Val {
        match pointee {
            Pointee::Scalar(scalar) => self.scalar(source, *scalar, None),
            Pointee::List(of, length) => {
                Val::List((0..*length).map(|_| self.pointee(source, of)).collect())
            }
            Pointee::Record(record) => {
                let fields = record.fields().iter();
                Val::record(
                    fields.map(|field| (field.name.clone(), self.pointee(source, &field.ty))),
                )
            }
        }
    }

    fn scalar(&mut self, source: &mut Source, scalar: Scalar, range: Option<Range>) -> Val {
        /// An integer of that type. The cast does not truncate, because the bounds are checked.
        macro_rules! whole {
            ($ty:ident) => {
                self.integer(source, $ty::MIN.into(), $ty::MAX.into(), range) as $ty
            };
        }
        match scalar {
            Scalar::Bool => Val::Bool(source.draw(1, |rng| rng.u64(0..=1)) == 1),
            Scalar::S8 => Val::S8(whole!(i8)),
            Scalar::U8 => Val::U8(whole!(u8)),
            Scalar::S16 => Val::S16(whole!(i16)),
            Scalar::U16 => Val::U16(whole!(u16)),
            Scalar::S32 => Val::S32(whole!(i32)),
            Scalar::U32 => Val::U32(whole!(u32)),
            Scalar::S64 => Val::S64(whole!(i64)),
            Scalar::U64 => Val::U64(whole!(u64)),
            Scalar::F32 => {
                let from_bits = |bits: u64| f64::from(f32::from_bits(bits as u32));
                Val::F32(self.float(source, range, from_bits) as f32)
            }
            Scalar::F64 => Val::F64(self.float(source, range, f64::from_bits)),
        }
    }

    fn float(&self, source: &mut Source, range: Option<Range>, from_bits: fn(u64) -> f64) -> f64 {
        let float = numbers::float(source, self.dictionary, from_bits);
        match range {
            // A NaN is in no range.
            Some(Range::Floats(least, _)) if float.is_nan() => least,
            Some(Range::Floats(least, most)) => float.clamp(least, most),
            _ => float,
        }
    }

    fn integer(
        &mut self,
        source: &mut Source,
        least: i128,
        most: i128,
        range: Option<Range>,
    ) -> i128 {
        let (least, most) = match range {
            Some(Range::Integers(from, to)) => (from.clamp(least, most), to.clamp(least, most)),
            _ => (least, most),
        };
        let drawn = numbers::integer(source, least, most, self.dictionary, &self.integers);
        self.integers.push(drawn);
        drawn
    }
}

//! Small domains: all inputs of an export, where there are few enough.

use polyreactor_contract::{Signature, Val, ValueType};

use super::numbers;
use super::values::{Range, Ranges};

/// All inputs of an export, each as a list of arguments.
pub(crate) struct Domain {
    parameters: Vec<Axis>,
    /// The number of inputs.
    pub(crate) size: u64,
}

/// The values of a parameter: the integers in a range, or both bools.
struct Axis {
    ty: ValueType,
    least: i128,
    most: i128,
}

/// The most inputs that are tried.
const MOST: u64 = 1 << 24;

impl Domain {
    /// The inputs of the export with the number `export`; `None` where there are more than 2^24, or
    /// where the export has no parameter.
    pub(crate) fn of(export: usize, signature: &Signature, ranges: &Ranges) -> Option<Self> {
        let mut size = 1_u64;
        let mut parameters = Vec::new();
        for (number, parameter) in signature.parameters().iter().enumerate() {
            let axis = Axis::of(&parameter.ty, ranges.get(&(export, number)))?;
            size = size.checked_mul(axis.count()?).filter(|size| *size <= MOST)?;
            parameters.push(axis);
        }
        (!parameters.is_empty()).then_some(Domain { parameters, size })
    }

    /// The input of that number, counted from 0. Inputs with simple values come first.
    pub(crate) fn input(&self, number: u64) -> Vec<Val> {
        let mut rest = number;
        let values = self.parameters.iter().map(|axis| {
            let count = axis.count().unwrap_or(1);
            let value = axis.value(rest % count);
            rest /= count;
            value
        });
        values.collect()
    }

    /// The size as text: `2^16`, or the number where it is no power of two.
    pub(crate) fn text(&self) -> String {
        match self.size.is_power_of_two() && self.size > 64 {
            true => format!("2^{}", self.size.trailing_zeros()),
            false => self.size.to_string(),
        }
    }
}

impl Axis {
    fn of(ty: &ValueType, range: Option<&Range>) -> Option<Self> {
        let (least, most) = match (ty, range) {
            (ValueType::Bool, _) => (0, 1),
            (_, Some(Range::Integers(least, most))) => (*least, *most),
            _ => return None,
        };
        Some(Axis { ty: ty.clone(), least, most })
    }

    fn count(&self) -> Option<u64> {
        u64::try_from(self.most - self.least).ok()?.checked_add(1)
    }

    /// The value of that number; the casts do not truncate, because a suite's range is within its
    /// parameter's type.
    fn value(&self, number: u64) -> Val {
        let value = numbers::value(number, self.least, self.most);
        match self.ty {
            ValueType::Bool => Val::Bool(value == 1),
            ValueType::U32 => Val::U32(value as u32),
            ValueType::S64 => Val::S64(value as i64),
            ValueType::U64 => Val::U64(value as u64),
            _ => Val::S32(value as i32),
        }
    }
}

//! Small domains: all inputs of an export, where there are few enough.

use polyreactor_contract::{Signature, Val, ValueType};

use super::values::Ranges;

/// All inputs of an export, each as a list of arguments.
pub(crate) struct Domain {
    parameters: Vec<Vec<Val>>,
    /// The number of inputs.
    pub(crate) size: u64,
}

/// The most inputs that are tried.
const MOST: u64 = 1 << 24;

impl Domain {
    /// The inputs of the export with the number `export`; `None` where there are more than 2^24, or
    /// where the export has no parameter.
    pub(crate) fn of(export: usize, signature: &Signature, ranges: &Ranges) -> Option<Self> {
        let mut size = 1;
        let mut parameters = Vec::new();
        for (number, parameter) in signature.parameters().iter().enumerate() {
            let values = values(&parameter.ty, ranges.get(&(export, number)).copied())?;
            size *= values.len() as u64;
            if size > MOST {
                return None;
            }
            parameters.push(values);
        }
        (!parameters.is_empty()).then_some(Domain { parameters, size })
    }

    /// The input of that number, counted from 0.
    pub(crate) fn input(&self, number: u64) -> Vec<Val> {
        let mut rest = number;
        let values = self.parameters.iter().map(|values| {
            let count = values.len() as u64;
            let value = values[(rest % count) as usize].clone();
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

fn values(ty: &ValueType, range: Option<(i128, i128)>) -> Option<Vec<Val>> {
    if *ty == ValueType::Bool {
        return Some(vec![Val::Bool(false), Val::Bool(true)]);
    }
    let (least, most) = range?;
    if (most - least).unsigned_abs() >= MOST.into() {
        return None;
    }
    // A value out of the type's range is left out.
    let integers = least..=most;
    match ty {
        ValueType::S32 => {
            Some(integers.filter_map(|it| i32::try_from(it).ok()).map(Val::S32).collect())
        }
        ValueType::U32 => {
            Some(integers.filter_map(|it| u32::try_from(it).ok()).map(Val::U32).collect())
        }
        ValueType::S64 => {
            Some(integers.filter_map(|it| i64::try_from(it).ok()).map(Val::S64).collect())
        }
        ValueType::U64 => {
            Some(integers.filter_map(|it| u64::try_from(it).ok()).map(Val::U64).collect())
        }
        _ => None,
    }
}

//! Arithmetic and comparison of two values of one type, as in Wasm.

use std::cmp::Ordering;

use polyreactor_contract::Val;

use super::tree::Operator;

/// The number that an arithmetic operator makes of two numbers; `None` where Wasm traps.
pub(super) fn compute(operator: Operator, left: &Val, right: &Val) -> Option<Val> {
    macro_rules! by_type {
        (integers $($whole:ident)*; floats $($float:ident)*) => {
            Some(match (left, right) {
                $((Val::$whole(a), Val::$whole(b)) => Val::$whole(match operator {
                    Operator::Add => a.wrapping_add(*b),
                    Operator::Subtract => a.wrapping_sub(*b),
                    Operator::Multiply => a.wrapping_mul(*b),
                    Operator::Divide => a.checked_div(*b)?,
                    // The remainder of the smallest number by -1 is 0 in Wasm, and no trap.
                    Operator::Remainder if *b != 0 => a.wrapping_rem(*b),
                    _ => return None,
                }),)*
                $((Val::$float(a), Val::$float(b)) => Val::$float(match operator {
                    Operator::Add => a + b,
                    Operator::Subtract => a - b,
                    Operator::Multiply => a * b,
                    Operator::Divide => a / b,
                    Operator::Remainder => a % b,
                    _ => return None,
                }),)*
                _ => return None,
            })
        };
    }
    by_type!(integers S8 U8 S16 U16 S32 U32 S64 U64; floats F32 F64)
}

/// The number with the opposite sign; an integer wraps.
pub(super) fn negate(value: &Val) -> Option<Val> {
    Some(match value {
        Val::S8(value) => Val::S8(value.wrapping_neg()),
        Val::U8(value) => Val::U8(value.wrapping_neg()),
        Val::S16(value) => Val::S16(value.wrapping_neg()),
        Val::U16(value) => Val::U16(value.wrapping_neg()),
        Val::S32(value) => Val::S32(value.wrapping_neg()),
        Val::U32(value) => Val::U32(value.wrapping_neg()),
        Val::S64(value) => Val::S64(value.wrapping_neg()),
        Val::U64(value) => Val::U64(value.wrapping_neg()),
        Val::F32(value) => Val::F32(-value),
        Val::F64(value) => Val::F64(-value),
        _ => return None,
    })
}

/// Whether a comparison of two values holds; `None` if they cannot be compared.
pub(super) fn compare(operator: Operator, left: &Val, right: &Val) -> Option<bool> {
    match operator {
        Operator::Equal => return Some(equal(left, right)),
        Operator::NotEqual => return Some(!equal(left, right)),
        _ => {}
    }
    let order = match (left, right) {
        (Val::F32(a), Val::F32(b)) => a.partial_cmp(b),
        (Val::F64(a), Val::F64(b)) => a.partial_cmp(b),
        _ => Some(whole(left)?.cmp(&whole(right)?)),
    };
    // A NaN has no order, and each comparison with it is false.
    Some(match operator {
        Operator::Less => order == Some(Ordering::Less),
        Operator::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        _ => return None,
    })
}

/// Whether two values are equal: floats as IEEE compares them, inside of lists and records too.
fn equal(left: &Val, right: &Val) -> bool {
    match (left, right) {
        (Val::F32(a), Val::F32(b)) => a == b,
        (Val::F64(a), Val::F64(b)) => a == b,
        (Val::List(a), Val::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(&a, &b))
        }
        (Val::Record(a), Val::Record(b)) => {
            let mut pairs = a.iter().zip(b);
            a.len() == b.len() && pairs.all(|((x, a), (y, b))| x == y && equal(a, b))
        }
        _ => left == right,
    }
}

/// The value of an integer of any type.
pub(super) fn whole(value: &Val) -> Option<i128> {
    Some(match value {
        Val::S8(value) => (*value).into(),
        Val::U8(value) => (*value).into(),
        Val::S16(value) => (*value).into(),
        Val::U16(value) => (*value).into(),
        Val::S32(value) => (*value).into(),
        Val::U32(value) => (*value).into(),
        Val::S64(value) => (*value).into(),
        Val::U64(value) => (*value).into(),
        _ => return None,
    })
}

//! Numbers: from their text to a value of a type.

use polyreactor_contract::{Scalar, Val};

/// The value of a number's text; `None` if the type does not have it: no fraction is rounded to an
/// integer, and no float overflows to infinity.
pub(super) fn number(text: &str, scalar: Scalar) -> Option<Val> {
    Some(match scalar {
        Scalar::Bool => return None,
        Scalar::S8 => Val::S8(text.parse().ok()?),
        Scalar::U8 => Val::U8(text.parse().ok()?),
        Scalar::S16 => Val::S16(text.parse().ok()?),
        Scalar::U16 => Val::U16(text.parse().ok()?),
        Scalar::S32 => Val::S32(text.parse().ok()?),
        Scalar::U32 => Val::U32(text.parse().ok()?),
        Scalar::S64 => Val::S64(text.parse().ok()?),
        Scalar::U64 => Val::U64(text.parse().ok()?),
        Scalar::F32 => match nan(text, 23, 32)? {
            Some(bits) => Val::F32(f32::from_bits(bits as u32)),
            None => Val::F32(
                text.parse().ok().filter(|it: &f32| it.is_finite() || text.ends_with("inf"))?,
            ),
        },
        Scalar::F64 => match nan(text, 52, 64)? {
            Some(bits) => Val::F64(f64::from_bits(bits)),
            None => Val::F64(
                text.parse().ok().filter(|it: &f64| it.is_finite() || text.ends_with("inf"))?,
            ),
        },
    })
}

/// The value of an integer that the expression has computed; `None` if the type does not have it.
pub(super) fn integer(value: i128, scalar: Scalar) -> Option<Val> {
    match scalar {
        Scalar::F32 => Some(Val::F32(value as f32)),
        Scalar::F64 => Some(Val::F64(value as f64)),
        _ => number(&value.to_string(), scalar),
    }
}

/// The type of a number beside which nothing has a type.
pub(super) fn default_type(text: &str) -> Scalar {
    let is_whole = text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
    if is_whole { Scalar::S64 } else { Scalar::F64 }
}

/// The bits of a NaN: `Some(None)` if the text is no NaN, `None` if its payload is out of range.
fn nan(text: &str, payload_bits: u32, bits: u32) -> Option<Option<u64>> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (1 << (bits - 1), unsigned),
        None => (0, text),
    };
    let Some(rest) = unsigned.strip_prefix("nan") else { return Some(None) };
    let payload = match rest.strip_prefix(":0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?,
        None => 1 << (payload_bits - 1),
    };
    let exponent = ((1 << (bits - payload_bits - 1)) - 1) << payload_bits;
    (1..1 << payload_bits).contains(&payload).then_some(Some(sign | exponent | payload))
}

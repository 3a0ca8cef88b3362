//! Numbers out of an argument's text. A value fits a type by itself: nothing is rounded to an
//! integer, and no float overflows in silence.

use std::str::FromStr;

use polyreactor_host::{Type, Value};
use wasm_wave::ast::NodeType;
use wasm_wave::untyped::UntypedValue;

use super::tree::Tree;
use crate::nan;

/// What core types take: integers come from the signed and from the unsigned range.
pub(super) fn value(tree: &Tree, ty: &Type) -> Result<Value, String> {
    Ok(match ty {
        Type::I32 => Value::I32(integer(tree, i32::MIN.into(), u32::MAX.into())? as i32),
        Type::I64 => Value::I64(integer(tree, i64::MIN.into(), u64::MAX.into())? as i64),
        Type::F32 => Value::F32(f32(tree)?),
        Type::F64 => Value::F64(f64(tree)?),
        other => return Err(format!("{other} can't be passed from here")),
    })
}

/// A whole number within bounds.
pub(super) fn integer(tree: &Tree, least: i128, most: i128) -> Result<i128, String> {
    let whole = || format!("a whole number from {least} to {most} is wanted");
    let text = number(tree).ok_or_else(whole)?;
    text.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(whole)
}

/// A float's bits.
pub(super) fn f32(tree: &Tree) -> Result<u32, String> {
    match parse_nan(tree, &nan::F32) {
        Some(bits) => bits.map(|bits| bits as u32),
        None => float(tree, f32::is_infinite).map(f32::to_bits),
    }
}

/// A float's bits.
pub(super) fn f64(tree: &Tree) -> Result<u64, String> {
    match parse_nan(tree, &nan::F64) {
        Some(bits) => bits,
        None => float(tree, f64::is_infinite).map(f64::to_bits),
    }
}

fn parse_nan(tree: &Tree, layout: &nan::Layout) -> Option<Result<u64, String>> {
    let Tree::Leaf(text) = tree else { return None };
    nan::parse(text, layout)
}

fn float<F: Copy + FromStr>(tree: &Tree, is_infinite: fn(F) -> bool) -> Result<F, String> {
    let wanted = || "a number is wanted, `inf`, `nan`, or `nan:0x…` with a payload".to_owned();
    let text = number(tree).ok_or_else(wanted)?;
    let float: F = text.parse().map_err(|_| wanted())?;
    if is_infinite(float) && !text.ends_with("inf") {
        return Err("it is too large for this type; write `inf` if that is meant".to_owned());
    }
    Ok(float)
}

/// What WAVE takes for a number.
fn number(tree: &Tree) -> Option<&str> {
    let Tree::Leaf(text) = tree else { return None };
    let value = UntypedValue::parse(text).ok()?;
    (value.node().ty() == NodeType::Number).then_some(text)
}

//! An argument's parts and the type that the contract gives it in; a value of that type out.

use polyreactor_convention::contract::{Pointee, Record, Scalar, ValueType, nearest};
use polyreactor_host::Datum;
use wasm_wave::untyped::UntypedValue;
use wasm_wave::value::{Type, Value};
use wasm_wave::wasm::WasmValue;

use super::number::{f32, f64, integer};
use super::tree::Tree;

pub(super) fn datum(tree: &Tree, ty: &ValueType) -> Result<Datum, String> {
    match ty {
        ValueType::Bool => scalar(tree, Scalar::Bool),
        ValueType::S32 => scalar(tree, Scalar::S32),
        ValueType::U32 => scalar(tree, Scalar::U32),
        ValueType::S64 => scalar(tree, Scalar::S64),
        ValueType::U64 => scalar(tree, Scalar::U64),
        ValueType::F32 => scalar(tree, Scalar::F32),
        ValueType::F64 => scalar(tree, Scalar::F64),
        ValueType::String => text(tree).map(Datum::String),
        ValueType::Ptr(pointee) => behind(tree, pointee),
    }
}

/// What a pointer leads to.
fn behind(tree: &Tree, pointee: &Pointee) -> Result<Datum, String> {
    match pointee {
        Pointee::Scalar(it) => scalar(tree, *it),
        Pointee::List(of, length) => {
            let Tree::List(items) = tree else {
                return Err(format!("a list of {length} is wanted, as `[…]`"));
            };
            if items.len() as u64 != u64::from(*length) {
                return Err(format!("a list of {length} is wanted, not of {}", items.len()));
            }
            let items = items.iter().enumerate().map(|(number, item)| {
                behind(item, of).map_err(|error| format!("value {}: {error}", number + 1))
            });
            Ok(Datum::List(items.collect::<Result<_, _>>()?))
        }
        Pointee::Record(it) => record(tree, it),
    }
}

fn record(tree: &Tree, record: &Record) -> Result<Datum, String> {
    let known = || record.fields().iter().map(|field| field.name.as_str());
    let Tree::Record(given) = tree else {
        let fields: Vec<_> = known().map(|name| format!("{name}: …")).collect();
        return Err(format!(
            "a record `{}` is wanted, as `{{{}}}`",
            record.name(),
            fields.join(", ")
        ));
    };
    if let Some((name, _)) = given.iter().find(|(name, _)| !known().any(|known| known == name)) {
        let near = nearest(name, known()).map(|near| format!("; did you mean `{near}`?"));
        let none = format!("the record `{}` has no field `{name}`", record.name());
        return Err(none + &near.unwrap_or_default());
    }
    let fields = record.fields().iter().map(|field| {
        let mut values = given.iter().filter(|(name, _)| *name == field.name);
        let Some((_, value)) = values.next() else {
            return Err(format!("the field `{}` is missing", field.name));
        };
        if values.next().is_some() {
            return Err(format!("the field `{}` is there twice", field.name));
        }
        let value =
            behind(value, &field.ty).map_err(|error| format!("`{}`: {error}", field.name))?;
        Ok((field.name.clone(), value))
    });
    Ok(Datum::Record(fields.collect::<Result<_, _>>()?))
}

fn scalar(tree: &Tree, scalar: Scalar) -> Result<Datum, String> {
    /// An integer of that type; its bounds keep it from being cut.
    macro_rules! whole {
        ($ty:ident) => {
            integer(tree, $ty::MIN.into(), $ty::MAX.into())? as $ty
        };
    }
    Ok(match scalar {
        Scalar::Bool => Datum::Bool(bool(tree)?),
        Scalar::S8 => Datum::S8(whole!(i8)),
        Scalar::U8 => Datum::U8(whole!(u8)),
        Scalar::S16 => Datum::S16(whole!(i16)),
        Scalar::U16 => Datum::U16(whole!(u16)),
        Scalar::S32 => Datum::S32(whole!(i32)),
        Scalar::U32 => Datum::U32(whole!(u32)),
        Scalar::S64 => Datum::S64(whole!(i64)),
        Scalar::U64 => Datum::U64(whole!(u64)),
        Scalar::F32 => Datum::F32(f32(tree)?),
        Scalar::F64 => Datum::F64(f64(tree)?),
    })
}

fn bool(tree: &Tree) -> Result<bool, String> {
    match tree {
        Tree::Leaf(text) if text == "true" => Ok(true),
        Tree::Leaf(text) if text == "false" => Ok(false),
        _ => Err("`true` or `false` is wanted".to_owned()),
    }
}

fn text(tree: &Tree) -> Result<String, String> {
    let wanted = || "a text in quotes is wanted".to_owned();
    let Tree::Leaf(text) = tree else { return Err(wanted()) };
    if !text.starts_with('"') {
        return Err(wanted());
    }
    let value = UntypedValue::parse(text).map_err(|error| error.to_string())?;
    let value: Value = value.to_wasm_value(&Type::STRING).map_err(|error| error.to_string())?;
    Ok(value.unwrap_string().into_owned())
}

//! Conversion of parsed arguments to values of given types. A number that the type does not have is
//! a fault: no fraction is rounded to an integer, and no float overflows to infinity.

use std::ops::Range;
use std::str::FromStr;

use wasm_wave::ast::NodeType;
use wasm_wave::untyped::UntypedValue;

use super::nan;
use super::tree::{Field, Node, Tree, why};
use crate::core_type::CoreType;
use crate::fault::{Fault, Faults};
use crate::nearest::nearest;
use crate::quote;
use crate::types::{Pointee, Record, ValueType};
use crate::val::Val;
use crate::val::list::List;
use crate::val::ty::Type;
use polyreactor_layout::Scalar;

/// Converts one argument. A method that returns `None` has added a fault.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    /// How messages name the argument: "argument 1 of `inc`".
    pub(super) argument: &'a str,
    pub(super) faults: &'a mut Faults,
}

impl Reader<'_> {
    /// A value of a contract's type.
    pub(super) fn value(&mut self, tree: &Tree, ty: &ValueType) -> Option<Val> {
        match ty {
            ValueType::Bool => self.scalar(tree, Scalar::Bool),
            ValueType::S32 => self.scalar(tree, Scalar::S32),
            ValueType::U32 => self.scalar(tree, Scalar::U32),
            ValueType::S64 => self.scalar(tree, Scalar::S64),
            ValueType::U64 => self.scalar(tree, Scalar::U64),
            ValueType::F32 => self.scalar(tree, Scalar::F32),
            ValueType::F64 => self.scalar(tree, Scalar::F64),
            ValueType::String => self.string(tree),
            ValueType::List(of) => match &tree.node {
                Node::List(items) => self.items(items, |reader, item| reader.scalar(item, *of)),
                _ => self.is_no(tree, ty, "write the values as `[…]`"),
            },
            ValueType::Ptr(pointee) => self.pointee(tree, pointee),
        }
    }

    /// A value of a core type. Integers may be from the signed or from the unsigned range.
    pub(super) fn core_value(&mut self, tree: &Tree, ty: &CoreType) -> Option<Val> {
        Some(match ty {
            CoreType::I32 => {
                Val::S32(self.integer(tree, "i32", i32::MIN.into(), u32::MAX.into())? as i32)
            }
            CoreType::I64 => {
                Val::S64(self.integer(tree, "i64", i64::MIN.into(), u64::MAX.into())? as i64)
            }
            CoreType::F32 => return self.scalar(tree, Scalar::F32),
            CoreType::F64 => return self.scalar(tree, Scalar::F64),
            CoreType::Other(_) => return self.is_no(tree, ty, "only numbers can be passed"),
        })
    }

    fn pointee(&mut self, tree: &Tree, pointee: &Pointee) -> Option<Val> {
        match pointee {
            Pointee::Scalar(scalar) => self.scalar(tree, *scalar),
            Pointee::List(of, length) => {
                let remedy = format!("write {length} values, as `[…]`");
                let Node::List(items) = &tree.node else {
                    return self.is_no(tree, pointee, &remedy);
                };
                if items.len() as u64 != u64::from(*length) {
                    let cause = format!("a list of {} is no `{pointee}`", items.len());
                    self.fault(&tree.range, &cause, &remedy);
                    return None;
                }
                self.items(items, |reader, item| reader.pointee(item, of))
            }
            Pointee::Record(record) => self.record(tree, record),
        }
    }

    /// A list whose elements `one` converts. Converts all of them, because each may have a fault.
    fn items(
        &mut self,
        items: &[Tree],
        one: impl Fn(&mut Self, &Tree) -> Option<Val>,
    ) -> Option<Val> {
        let mut values = Vec::with_capacity(items.len());
        values.extend(items.iter().filter_map(|item| one(self, item)));
        (values.len() == items.len()).then(|| Val::List(values.into_iter().collect::<List>()))
    }

    fn record(&mut self, tree: &Tree, record: &Record) -> Option<Val> {
        let known = || record.fields().iter().map(|field| field.name.as_str());
        let Node::Record(given) = &tree.node else {
            let fields: Vec<_> = known().map(|name| format!("{name}: …")).collect();
            let remedy = format!("write `{{{}}}`", fields.join(", "));
            return self.is_no(tree, record.name(), &remedy);
        };
        let mut whole = true;
        for Field { name, range, .. } in given {
            if known().any(|known| known == name) {
                continue;
            }
            let cause = format!("the record `{}` has no field `{name}`", record.name());
            let remedy = match nearest(name, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its fields are {}", known().collect::<Vec<_>>().join(", ")),
            };
            self.fault(range, &cause, &remedy);
            whole = false;
        }
        let mut values = Vec::new();
        for field in record.fields() {
            let mut same = given.iter().filter(|given| given.name == field.name);
            let Some(Field { value, .. }) = same.next() else {
                // After a fault: a field with a wrong name is usually the missing one.
                if whole {
                    let cause = format!("the field `{}` is missing", field.name);
                    let remedy = format!("write `{}: …`, a {}", field.name, field.ty);
                    self.fault(&tree.range, &cause, &remedy);
                    whole = false;
                }
                continue;
            };
            if let Some(Field { range, .. }) = same.next() {
                let cause = format!("the field `{}` is given twice", field.name);
                self.fault(range, &cause, "leave one of them out");
                whole = false;
            }
            if let Some(value) = self.pointee(value, &field.ty) {
                values.push((field.name.clone(), value));
            }
        }
        (whole && values.len() == record.fields().len()).then_some(Val::Record(values))
    }

    fn scalar(&mut self, tree: &Tree, scalar: Scalar) -> Option<Val> {
        /// An integer of that type. The cast does not truncate, because the bounds are checked.
        macro_rules! whole {
            ($ty:ident) => {
                self.integer(tree, &scalar.to_string(), $ty::MIN.into(), $ty::MAX.into())? as $ty
            };
        }
        Some(match scalar {
            Scalar::Bool => {
                let value = self.leaf(tree).and_then(|text| text.parse().ok());
                let Some(value) = value else {
                    return self.is_no(tree, "bool", "write `true` or `false`");
                };
                Val::Bool(value)
            }
            Scalar::S8 => Val::S8(whole!(i8)),
            Scalar::U8 => Val::U8(whole!(u8)),
            Scalar::S16 => Val::S16(whole!(i16)),
            Scalar::U16 => Val::U16(whole!(u16)),
            Scalar::S32 => Val::S32(whole!(i32)),
            Scalar::U32 => Val::U32(whole!(u32)),
            Scalar::S64 => Val::S64(whole!(i64)),
            Scalar::U64 => Val::U64(whole!(u64)),
            Scalar::F32 => {
                let bits = |bits| f32::from_bits(bits as u32);
                Val::F32(self.float(tree, "f32", &nan::F32, bits, f32::is_infinite)?)
            }
            Scalar::F64 => {
                Val::F64(self.float(tree, "f64", &nan::F64, f64::from_bits, f64::is_infinite)?)
            }
        })
    }

    fn integer(&mut self, tree: &Tree, ty: &str, least: i128, most: i128) -> Option<i128> {
        let value = self.number(tree).and_then(|text| text.parse().ok());
        let value = value.filter(|value| (least..=most).contains(value));
        let remedy = || format!("write a whole number from {least} to {most}");
        value.or_else(|| self.is_no(tree, ty, &remedy()))
    }

    fn float<F: Copy + FromStr>(
        &mut self,
        tree: &Tree,
        ty: &str,
        layout: &nan::Layout,
        from_bits: impl Fn(u64) -> F,
        is_infinite: impl Fn(F) -> bool,
    ) -> Option<F> {
        if let Some(bits) = self.leaf(tree).and_then(|text| nan::parse(text, layout)) {
            let most = layout.largest_payload();
            let remedy = || format!("a NaN's payload is a number from 0x1 to {most:#x}");
            return bits.map(from_bits).or_else(|| self.is_no(tree, ty, &remedy()));
        }
        let Some(text) = self.number(tree) else {
            let remedy = "write a number, `inf`, `nan`, or `nan:0x…` with a payload";
            return self.is_no(tree, ty, remedy);
        };
        let float = text.parse().ok().filter(|float| !is_infinite(*float) || text.ends_with("inf"));
        let remedy = "it is too large for this type; write `inf` if that is meant";
        float.or_else(|| self.is_no(tree, ty, remedy))
    }

    fn string(&mut self, tree: &Tree) -> Option<Val> {
        let Some(text) = self.leaf(tree).filter(|text| text.starts_with('"')) else {
            return self.is_no(tree, "string", "write a text in quotes");
        };
        let value = UntypedValue::parse(text).and_then(|it| it.to_wasm_value(&Type::String));
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                let remedy = format!("correct the text: {}", why(&error));
                self.is_no(tree, "string", &remedy)
            }
        }
    }

    /// The text, if it is a number in WAVE.
    fn number(&self, tree: &Tree) -> Option<&str> {
        let text = self.leaf(tree)?;
        if super::tree::is_whole_number(text) {
            return Some(text);
        }
        let value = UntypedValue::parse(text).ok()?;
        (value.node().ty() == NodeType::Number).then_some(text)
    }

    fn leaf(&self, tree: &Tree) -> Option<&str> {
        matches!(tree.node, Node::Leaf).then(|| &self.text[tree.range.clone()])
    }

    fn is_no<T>(&mut self, tree: &Tree, ty: impl std::fmt::Display, remedy: &str) -> Option<T> {
        let cause = format!("`{}` is no {ty}", quote::excerpt(&self.text[tree.range.clone()]));
        self.fault(&tree.range, &cause, remedy);
        None
    }

    fn fault(&mut self, range: &Range<usize>, cause: &str, remedy: &str) {
        let argument = self.argument;
        self.faults.push(|| Fault::new(range.clone(), format!("{argument}: {cause}"), remedy));
    }
}

//! A record of Rust's and one of a contract in; whether they are the same, and where not, out.

use std::any::type_name;
use std::fmt;

use polyreactor_contract::{Pointee, ValueType};
use polyreactor_guest::HostLayout;
use polyreactor_guest::layout::Shape;

/// Whether a pointer of the contract's leads to what `T` is: the same fields in the same places.
pub(crate) fn points_at<T: HostLayout>(ty: &ValueType) -> bool {
    let ValueType::Ptr(pointee) = ty else { return false };
    lies_like(&T::SHAPE, pointee)
}

fn lies_like(shape: &Shape, pointee: &Pointee) -> bool {
    match (shape, pointee) {
        (Shape::Scalar(word), Pointee::Scalar(scalar)) => *word == scalar.to_string(),
        (Shape::List(of, length), Pointee::List(declared, count)) => {
            *length == *count as usize && lies_like(of, declared)
        }
        (Shape::Record(parts), Pointee::Record(record)) => {
            let fields = record.fields();
            let pairs = parts.iter().zip(fields);
            parts.len() == fields.len()
                && pairs.into_iter().all(|(part, field)| {
                    part.name == field.name
                        && part.offset_bytes == field.offset_bytes as usize
                        && lies_like(part.shape, &field.ty)
                })
        }
        _ => false,
    }
}

/// Where a record of Rust's is another one than the contract's, both, for a message.
pub(crate) fn difference<T: HostLayout>(ty: &ValueType) -> Option<String> {
    let ValueType::Ptr(pointee) = ty else { return None };
    let Pointee::Record(record) = pointee else { return None };
    if lies_like(&T::SHAPE, pointee) {
        return None;
    }
    let fields = record.fields().iter();
    let fields: Vec<_> = fields.map(|field| format!("{}: {}", field.name, field.ty)).collect();
    let (name, shape) = (type_name::<T>(), Shown(&T::SHAPE));
    Some(format!("; `{pointee}` is {{{}}}, and `{name}` is {shape}", fields.join(", ")))
}

/// A shape in the contract's words.
struct Shown<'a>(&'a Shape);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Shape::Scalar(word) => f.write_str(word),
            Shape::List(of, length) => write!(f, "list<{}, {length}>", Shown(of)),
            Shape::Record(parts) => {
                f.write_str("{")?;
                for (number, part) in parts.iter().enumerate() {
                    let gap = if number == 0 { "" } else { ", " };
                    write!(f, "{gap}{}: {}", part.name, Shown(part.shape))?;
                }
                f.write_str("}")
            }
        }
    }
}

//! Compares the layout of Rust types ([`HostLayout`]) with the types of a contract.

use std::any::type_name;

use polyreactor_contract::{Pointee, ValueType};
use polyreactor_layout::{HostLayout, Shape};

/// Whether the contract's type is a pointer to a value with the layout of `T`: the same fields, by
/// name and type, at the same offsets.
pub(crate) fn is_pointer_to<T: HostLayout>(ty: &ValueType) -> bool {
    let ValueType::Ptr(pointee) = ty else { return false };
    has_layout(&T::SHAPE, pointee)
}

fn has_layout(shape: &Shape, pointee: &Pointee) -> bool {
    match (shape, pointee) {
        (Shape::Scalar(scalar), Pointee::Scalar(declared)) => scalar.name() == declared.to_string(),
        (Shape::List(of, length), Pointee::List(declared, count)) => {
            *length == *count as usize && has_layout(of, declared)
        }
        (Shape::Record(own), Pointee::Record(record)) => {
            let fields = record.fields();
            let pairs = own.iter().zip(fields);
            own.len() == fields.len()
                && pairs.into_iter().all(|(own, field)| {
                    own.name == field.name
                        && own.offset_bytes == field.offset_bytes as usize
                        && has_layout(own.shape, &field.ty)
                })
        }
        _ => false,
    }
}

/// For an error message: a Rust record and the contract's record where their layouts differ; a hint
/// where a list was passed as an array.
pub(crate) fn difference<T: HostLayout>(ty: &ValueType) -> Option<String> {
    if let (ValueType::List(scalar), Shape::List(of, _)) = (ty, T::SHAPE)
        && *of == Shape::Scalar(*scalar)
    {
        return Some(format!("; a `{ty}` is passed as a slice, `&[T]`, not as an array"));
    }
    let ValueType::Ptr(pointee) = ty else { return None };
    let Pointee::Record(record) = pointee else { return None };
    if has_layout(&T::SHAPE, pointee) {
        return None;
    }
    let fields = record.fields().iter();
    let fields: Vec<_> = fields.map(|field| format!("{}: {}", field.name, field.ty)).collect();
    let (name, shape) = (type_name::<T>(), T::SHAPE);
    Some(format!("; `{pointee}` is {{{}}}, and `{name}` is {shape}", fields.join(", ")))
}

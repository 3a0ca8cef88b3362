//! A record of Rust's and one of a contract in; whether they are the same, and where not, out.

use std::any::type_name;

use polyreactor_contract::{Pointee, ValueType};
use polyreactor_layout::{HostLayout, Shape};

/// Whether a pointer of the contract's leads to what `T` is: the same fields in the same places.
pub(crate) fn points_at<T: HostLayout>(ty: &ValueType) -> bool {
    let ValueType::Ptr(pointee) = ty else { return false };
    lies_like(&T::SHAPE, pointee)
}

fn lies_like(shape: &Shape, pointee: &Pointee) -> bool {
    match (shape, pointee) {
        (Shape::Scalar(scalar), Pointee::Scalar(declared)) => scalar.name() == declared.to_string(),
        (Shape::List(of, length), Pointee::List(declared, count)) => {
            *length == *count as usize && lies_like(of, declared)
        }
        (Shape::Record(own), Pointee::Record(record)) => {
            let fields = record.fields();
            let pairs = own.iter().zip(fields);
            own.len() == fields.len()
                && pairs.into_iter().all(|(own, field)| {
                    own.name == field.name
                        && own.offset_bytes == field.offset_bytes as usize
                        && lies_like(own.shape, &field.ty)
                })
        }
        _ => false,
    }
}

/// Where a record of Rust's is another one than the contract's, both, for a message.
pub(crate) fn difference<T: HostLayout>(ty: &ValueType) -> Option<String> {
    if let (ValueType::List(scalar), Shape::List(of, _)) = (ty, T::SHAPE)
        && *of == Shape::Scalar(*scalar)
    {
        return Some(format!("; a `{ty}` is passed as a slice, `&[T]`, not as an array"));
    }
    let ValueType::Ptr(pointee) = ty else { return None };
    let Pointee::Record(record) = pointee else { return None };
    if lies_like(&T::SHAPE, pointee) {
        return None;
    }
    let fields = record.fields().iter();
    let fields: Vec<_> = fields.map(|field| format!("{}: {}", field.name, field.ty)).collect();
    let (name, shape) = (type_name::<T>(), T::SHAPE);
    Some(format!("; `{pointee}` is {{{}}}, and `{name}` is {shape}", fields.join(", ")))
}

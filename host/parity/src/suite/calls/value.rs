//! Values in the text of a call.

use std::ops::Range;

use polyreactor_contract::{Call, CoreType, Fault, FuncType, Val, ValueType, quote};

use super::super::expr::{Env, Expr, Scope, Type};
use super::super::fault::at;

/// A value of a contract's type.
pub(super) fn value(text: &str, range: &Range<usize>, ty: &ValueType) -> Result<Val, Fault> {
    let moved =
        |fault: Fault| fault.map(|place| place.start + range.start..place.end + range.start);
    let part = &text[range.clone()];
    let expr = Expr::parse(part, &Scope::default(), Some(&Type::from(ty))).map_err(moved)?;
    expr.eval(&Env::default()).ok_or_else(|| {
        let cause = format!("`{}` is undefined", quote::excerpt(part));
        at(range.clone(), cause, format!("write a value of type {ty}"))
    })
}

/// A core value, whose text may be from the signed or from the unsigned range.
pub(super) fn core_value(text: &str, range: &Range<usize>, ty: &CoreType) -> Result<Val, Fault> {
    let ty = FuncType::new([ty.clone()], []);
    let values = core_values(&format!("({})", &text[range.clone()]), range, &ty)?;
    values.into_iter().next().ok_or_else(|| at(range.clone(), "there is no value", "write one"))
}

/// Core values in parentheses.
pub(super) fn core_values(
    text: &str,
    place: &Range<usize>,
    ty: &FuncType,
) -> Result<Vec<Val>, Fault> {
    let values = Call::parse(&format!("_{text}")).map_err(|fault| vec![fault]);
    values.and_then(|call| call.core_arguments(ty)).map_err(|faults| {
        let first = faults.into_iter().next();
        let (cause, remedy) = match first {
            Some(fault) => (fault.cause, fault.remedy),
            None => ("this is no value".to_owned(), "write a number".to_owned()),
        };
        // The name stands for a function that the author has not written.
        let cause = match cause.split_once("of `_`: ") {
            Some((_, cause)) => cause.to_owned(),
            None => format!("`{}` is no result: {cause}", quote::excerpt(text)),
        };
        at(place.clone(), cause, remedy)
    })
}

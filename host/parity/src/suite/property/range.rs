//! Ranges of generated arguments: `"div.b" = "1..100"`.

use std::ops::RangeInclusive;

use polyreactor_contract::{Fault, Scalar, nearest, quote};

use super::super::expr::Type;
use super::super::fault::{at, near_or};
use super::super::interface::Interface;
use super::super::reader::{Key, Reader, Text, Value};
use super::not_called;

/// The range of the arguments that are generated for a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterRange {
    /// The index of the export in the interface.
    pub export: usize,
    /// The index of the parameter, from 0.
    pub parameter: usize,
    /// The range.
    pub span: Span,
}

/// A range of values or of lengths; both bounds are included.
#[derive(Debug, Clone, PartialEq)]
pub enum Span {
    /// Integers of the parameter's type.
    Integers(RangeInclusive<i128>),
    /// Floats of the parameter's type; no NaN is generated.
    Floats(RangeInclusive<f64>),
    /// The length of a string, in characters, or of a list.
    Lengths(RangeInclusive<u32>),
}

/// The length of the longest string or list that may be generated.
const LONGEST: u32 = 1 << 20;

const FORM: &str = "write `ranges = { \"div.b\" = \"1..100\" }`";

/// Reads the ranges of a property that calls these exports.
pub(super) fn read(
    reader: &mut Reader<'_>,
    value: &Value<'_>,
    exports: &[usize],
) -> Vec<ParameterRange> {
    let mut ranges = Vec::new();
    for (key, value) in reader.table(value, FORM) {
        let name: &str = key.get_ref();
        if value.get_ref().is_table() {
            // A key with a dot that is not in quotes.
            for (inner, value) in reader.table(value, FORM) {
                let path = format!("{name}.{}", inner.get_ref());
                entry(reader, key, &path, value, exports, &mut ranges);
            }
        } else {
            entry(reader, key, name, value, exports, &mut ranges);
        }
    }
    ranges
}

fn entry(
    reader: &mut Reader<'_>,
    key: &Key<'_>,
    path: &str,
    value: &Value<'_>,
    exports: &[usize],
    ranges: &mut Vec<ParameterRange>,
) {
    let Some(text) = reader.text(value, FORM) else { return };
    let key = Text { text: path, place: key.span() };
    let found = parameters(path, reader.interface, exports);
    for (export, parameter, ty) in reader.keep(&key, found).unwrap_or_default() {
        let Some(span) = reader.keep(&text, span(text.text, &ty)) else { return };
        ranges.push(ParameterRange { export, parameter, span });
    }
}

/// The parameters that a key names: `EXPORT.PARAMETER`, or `PARAMETER` of any export.
fn parameters(
    path: &str,
    interface: &Interface,
    exports: &[usize],
) -> Result<Vec<(usize, usize, Type)>, Fault> {
    let of = |export: usize| interface.exports[export].parameters().unwrap_or_default();
    let (among, start) = match path.rsplit_once('.') {
        Some((export, _)) => {
            let index = interface.export(export, &(0..export.len()))?;
            if !exports.contains(&index) {
                return Err(not_called(export, 0..export.len()));
            }
            (vec![index], export.len() + 1)
        }
        None => (exports.to_vec(), 0),
    };
    let (name, mut found, mut known) = (&path[start..], Vec::new(), Vec::new());
    for export in among {
        for (number, parameter) in of(export).into_iter().enumerate() {
            if parameter.name == name {
                found.push((export, number, Type::from(&*parameter.ty)));
            }
            known.push(parameter.name.into_owned());
        }
    }
    if !found.is_empty() {
        return Ok(found);
    }
    known.sort_unstable();
    known.dedup();
    let names = || known.iter().map(String::as_str);
    let remedy = match known.is_empty() {
        true => "leave it out: there are no parameters".to_owned(),
        false => near_or(nearest(name, names()), "the parameters are: ", names()),
    };
    let cause = format!("there is no parameter `{}`", quote::excerpt(name));
    Err(at(start..path.len(), cause, remedy))
}

fn span(text: &str, ty: &Type) -> Result<Span, Fault> {
    let fault = |cause: &str, remedy: &str| {
        let cause = format!("`{}` {cause}", quote::excerpt(text));
        Err(at(0..text.len(), cause, remedy))
    };
    let Some((least, most)) = text.split_once("..") else {
        return fault("is no range", "write `1..100`; both bounds are included");
    };
    let (least, most) = (least.trim(), most.trim());
    if most.starts_with(['=', '.']) {
        return fault("is no range", "write two dots only; both bounds are included");
    }
    let remedy = "write the smaller bound first, and two bounds of the parameter's type";
    let spans = match ty {
        Type::Scalar(Scalar::F32 | Scalar::F64) => {
            let bound = |text: &str| text.parse::<f64>().ok().filter(|it| it.is_finite());
            let fits = |it: &f64| *ty != Type::Scalar(Scalar::F32) || (*it as f32).is_finite();
            bound(least)
                .zip(bound(most))
                .filter(|(least, most)| least <= most && fits(least) && fits(most))
                .map(|(least, most)| Span::Floats(least..=most))
        }
        Type::Scalar(scalar) if *scalar != Scalar::Bool => {
            let all = integers(*scalar);
            let bound = |text: &str| text.parse::<i128>().ok().filter(|it| all.contains(it));
            let bounds = bound(least).zip(bound(most)).filter(|(least, most)| least <= most);
            bounds.map(|(least, most)| Span::Integers(least..=most))
        }
        Type::String | Type::List(_) => {
            let bound = |text: &str| text.parse::<u32>().ok().filter(|it| *it <= LONGEST);
            let bounds = bound(least).zip(bound(most)).filter(|(least, most)| least <= most);
            let Some((least, most)) = bounds else {
                let remedy = format!("write lengths up to {LONGEST}, the smaller one first");
                return fault("is no range of lengths", &remedy);
            };
            Some(Span::Lengths(least..=most))
        }
        other => {
            let cause = format!("values of type {other} have no range");
            let remedy = "numbers have a range of values, strings and lists of lengths";
            return Err(at(0..text.len(), cause, remedy));
        }
    };
    match spans {
        Some(span) => Ok(span),
        None => fault(&format!("is no range of type {ty}"), remedy),
    }
}

/// All integers of a type.
fn integers(scalar: Scalar) -> RangeInclusive<i128> {
    let bits = 8 * scalar.size_bytes() as u32;
    match scalar {
        Scalar::U8 | Scalar::U16 | Scalar::U32 | Scalar::U64 => 0..=(1 << bits) - 1,
        _ => -(1 << (bits - 1))..=(1 << (bits - 1)) - 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_of_the_type_and_included() {
        let number = |scalar| Type::Scalar(scalar);
        assert_eq!(span("-5..5", &number(Scalar::S32)), Ok(Span::Integers(-5..=5)));
        assert_eq!(span("0..255", &number(Scalar::U8)), Ok(Span::Integers(0..=255)));
        assert_eq!(span("0.5 .. 2", &number(Scalar::F64)), Ok(Span::Floats(0.5..=2.0)));
        assert_eq!(span("0..20", &Type::String), Ok(Span::Lengths(0..=20)));
        for (text, ty) in [
            ("1", number(Scalar::S32)),
            ("1..=2", number(Scalar::S32)),
            ("2..1", number(Scalar::S32)),
            ("0..256", number(Scalar::U8)),
            ("-1..1", number(Scalar::U64)),
            ("0..1e39", number(Scalar::F32)),
            ("0..inf", number(Scalar::F64)),
            ("0..1", number(Scalar::Bool)),
            ("0..4294967295", Type::List(Scalar::U8)),
            ("", Type::String),
        ] {
            assert!(span(text, &ty).is_err(), "{text}");
        }
    }
}

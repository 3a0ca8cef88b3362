//! Random calls are written and parsed again to the same calls.

use fastrand::Rng;
use polyreactor_contract::{CoreType, Outcome, Pointee, Scalar, Val, ValueType};
use polyreactor_parity::suite::{
    Argument, Expected, Export, SuiteCall, Type, calls_text, parse_calls,
};

use crate::plugin::interface;

#[test]
fn every_text_of_calls_is_parsed_to_the_same_calls() {
    let interface = interface();
    let mut random = Rng::with_seed(1);
    for _ in 0..5_000 {
        let mut calls: Vec<SuiteCall> = Vec::new();
        let mut results: Vec<Option<Type>> = Vec::new();
        for _ in 0..random.usize(0..5) {
            let index = random.usize(0..interface.exports.len());
            let export = &interface.exports[index];
            let Some(parameters) = export.parameters() else { continue };
            let arguments = parameters.iter().map(|parameter| {
                let wanted = Type::from(&*parameter.ty);
                let fits = |result: &Option<Type>| result.as_ref() == Some(&wanted);
                match results.iter().position(fits).filter(|_| random.bool()) {
                    Some(earlier) => Argument::Result(earlier),
                    None => Argument::Val(value(&mut random, &parameter.ty)),
                }
            });
            let arguments = arguments.collect();
            let expected = expected(&mut random, export);
            let times = if random.bool() { 1 } else { random.u32(1..) };
            calls.push(SuiteCall { export: index, arguments, expected, times });
            results.push(export.result());
        }
        let text = calls_text(&calls, &interface);
        let parsed = parse_calls(&text, &interface);
        assert_eq!(parsed.as_ref(), Ok(&calls), "{text}");
    }
}

fn expected(random: &mut Rng, export: &Export) -> Option<Expected> {
    match random.u8(0..4) {
        0 => None,
        1 => Some(Expected::Kind("out-of-memory".to_owned())),
        _ => {
            let mut outcome = Outcome::default();
            match &export.signature {
                Some(signature) => {
                    outcome.results.extend(signature.result().map(|ty| value(random, ty)));
                    for parameter in signature.parameters() {
                        if matches!(parameter.ty, ValueType::Ptr(_)) && random.bool() {
                            let value = value(random, &parameter.ty);
                            outcome.changed.push((parameter.name.clone(), value));
                        }
                    }
                }
                None => {
                    outcome.results = export.ty.results.iter().map(|ty| core(random, ty)).collect()
                }
            }
            let is_empty = outcome.results.is_empty() && outcome.changed.is_empty();
            (!is_empty).then_some(Expected::Outcome(outcome))
        }
    }
}

fn core(random: &mut Rng, ty: &CoreType) -> Val {
    match ty {
        CoreType::I32 => scalar(random, Scalar::S32),
        CoreType::I64 => scalar(random, Scalar::S64),
        CoreType::F32 => scalar(random, Scalar::F32),
        _ => scalar(random, Scalar::F64),
    }
}

fn value(random: &mut Rng, ty: &ValueType) -> Val {
    match ty {
        ValueType::Bool => scalar(random, Scalar::Bool),
        ValueType::S32 => scalar(random, Scalar::S32),
        ValueType::U32 => scalar(random, Scalar::U32),
        ValueType::S64 => scalar(random, Scalar::S64),
        ValueType::U64 => scalar(random, Scalar::U64),
        ValueType::F32 => scalar(random, Scalar::F32),
        ValueType::F64 => scalar(random, Scalar::F64),
        ValueType::String => {
            let parts =
                ["a", "\"", "\\", ";", "(", "]", "→", "'", "\n", "\u{1b}", "é", "$1", " = "];
            let count = random.usize(0..6);
            Val::String((0..count).map(|_| parts[random.usize(0..parts.len())]).collect())
        }
        ValueType::List(of) => {
            let count = random.usize(0..4);
            Val::from((0..count).map(|_| scalar(random, *of)).collect::<Vec<_>>())
        }
        ValueType::Ptr(pointee) => pointee_value(random, pointee),
    }
}

fn pointee_value(random: &mut Rng, pointee: &Pointee) -> Val {
    match pointee {
        Pointee::Scalar(of) => scalar(random, *of),
        Pointee::List(of, length) => {
            Val::from((0..*length).map(|_| pointee_value(random, of)).collect::<Vec<_>>())
        }
        Pointee::Record(record) => {
            let fields = record.fields().iter();
            let fields = fields.map(|field| (field.name.clone(), pointee_value(random, &field.ty)));
            Val::Record(fields.collect())
        }
    }
}

/// Any bits, so that NaNs with payloads and denormal floats are among them.
fn scalar(random: &mut Rng, scalar: Scalar) -> Val {
    match scalar {
        Scalar::Bool => Val::from(random.bool()),
        Scalar::S8 => Val::from(random.i8(..)),
        Scalar::U8 => Val::from(random.u8(..)),
        Scalar::S16 => Val::from(random.i16(..)),
        Scalar::U16 => Val::from(random.u16(..)),
        Scalar::S32 => Val::from(random.i32(..)),
        Scalar::U32 => Val::from(random.u32(..)),
        Scalar::S64 => Val::from(random.i64(..)),
        Scalar::U64 => Val::from(random.u64(..)),
        Scalar::F32 if random.bool() => Val::from(f32::from_bits(random.u32(..))),
        Scalar::F64 if random.bool() => Val::from(f64::from_bits(random.u64(..))),
        Scalar::F32 => {
            Val::from([0.0, -0.0, f32::NAN, -f32::NAN, f32::INFINITY, 1e-40][random.usize(0..6)])
        }
        Scalar::F64 => {
            Val::from([0.0, -0.0, f64::NAN, -f64::NAN, f64::INFINITY, 5e-324][random.usize(0..6)])
        }
    }
}

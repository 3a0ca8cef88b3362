//! The plugin that the suites in these tests are for.

use polyreactor_contract::CoreType::{F64, I32, I64, Other};
use polyreactor_contract::{Draft, FuncType};
use polyreactor_parity::suite::{Export, HostFunction, Interface};

const EXPORTS: [(&str, &str); 9] = [
    ("inc", "(a: s32) -> s32"),
    ("div", "(a: s32, b: s32) -> s32"),
    ("greet", "(name: string, times: u32) -> string"),
    ("sum", "(xs: list<u8>) -> u32"),
    ("scale", "(p: ptr<point>, by: f64) -> bool"),
    ("origin", "() -> ptr<point>"),
    ("reset", "()"),
    ("a:b;it's", "(x: f32)"),
    ("is.even", "(of: u64) -> bool"),
];

const IMPORTS: [(&str, &str); 4] = [
    ("sorted", "(a: s32) -> s32"),
    ("log", "(text: string)"),
    ("lookup", "(key: string, len: u32) -> string"),
    ("point", "(p: ptr<point>) -> f32"),
];

/// The exports with a contract come first, then those without one.
pub(crate) fn interface() -> Interface {
    let own = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
    let mut draft = Draft::default();
    draft.exports = EXPORTS.into_iter().map(own).collect();
    draft.imports = vec![("host".to_owned(), IMPORTS.into_iter().map(own).collect())];
    let fields = vec![("x".into(), "s32".into()), ("y".into(), "f32".into())];
    draft.records.push(("point".into(), fields));
    let contract = draft.check().expect("the contract is valid");
    let with = contract.exports().iter().map(|function| Export {
        name: function.name.clone(),
        signature: Some(function.signature.clone()),
        ty: function.signature.lowered(),
    });
    let without = [
        ("core", FuncType::new([I32, I64], [I32])),
        ("two (of)", FuncType::new([F64], [I32, F64])),
        ("shuffle", FuncType::new([Other("v128".into())], [])),
    ]
    .map(|(name, ty)| Export { name: name.to_owned(), signature: None, ty });
    let imports = contract.imports().iter().map(|import| HostFunction {
        module: import.module.clone(),
        name: import.function.name.clone(),
        signature: import.function.signature.clone(),
    });
    Interface { exports: with.chain(without).collect(), imports: imports.collect() }
}

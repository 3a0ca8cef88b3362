//! Calls are parsed, refused, and written.

use polyreactor_contract::CoreType::{F64, I32, I64};
use polyreactor_contract::{Draft, FuncType};

use super::super::interface::Export;
use super::*;

pub(in super::super) fn interface() -> Interface {
    let mut draft = Draft::default();
    for (name, signature) in [
        ("inc", "(by: s32) -> s32"),
        ("div", "(a: s32, b: s32) -> s32"),
        ("greet", "(name: string, times: u32) -> string"),
        ("sum", "(xs: list<u8>) -> u32"),
        ("scale", "(p: ptr<point>, by: f64) -> bool"),
        ("origin", "() -> ptr<point>"),
        ("reset", "()"),
        ("a=b;it's", "(x: f32)"),
    ] {
        draft.exports.push((name.to_owned(), signature.to_owned()));
    }
    let fields = vec![("x".into(), "s32".into()), ("y".into(), "f32".into())];
    draft.records.push(("point".into(), fields));
    let contract = draft.check().unwrap();
    let with = contract.exports().iter().map(|function| Export {
        name: function.name.clone(),
        signature: Some(function.signature.clone()),
        ty: function.signature.lowered(),
    });
    let without = [
        ("core", FuncType::new([I32, I64], [I32])),
        ("two (of)", FuncType::new([F64], [I32, F64])),
    ]
    .map(|(name, ty)| Export { name: name.to_owned(), signature: None, ty });
    Interface { exports: with.chain(without).collect(), imports: Vec::new() }
}

#[test]
fn written_calls_are_parsed_to_the_same_text() {
    for text in [
        "",
        "inc(1)",
        "inc(1) = 21; inc($1) ! trap; reset()",
        "div(7, 2) = 3; div($1, 0) * 20 = -2147483648",
        r#"greet("a; b) = \"c", 2) = "→, ;"; greet($1, 4294967295)"#,
        "sum([1, 2, 3]) = 6",
        "scale({x: 1, y: nan:0x1}, -inf) = true → p = {x: 2, y: -0}",
        "scale({x: 1, y: 1e-7}, 1) → p = {x: 2, y: 3.5}",
        "origin() = {x: 0, y: 0}; scale($1, 2)",
        "a=b;it's(1); a=b;it's(2)",
        "core(-1, 2) = -1; core($1, -9223372036854775808) * 3 ! out-of-memory",
        r#""two (of)"(1) = (1, 2.5); "two (of)"(2)"#,
    ] {
        let calls = parse_calls(text, &interface()).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(calls_text(&calls, &interface()), text);
    }
}

#[test]
fn other_ways_of_writing_are_understood() {
    for (text, same) in [
        (" inc ( 1 , )=2 ;\n inc(2)->", "inc(1) = 2; inc(2)"),
        ("core(4294967295, 1) = 4294967295", "core(-1, 1) = -1"),
        ("inc(1); inc( $1, )", "inc(1); inc($1)"),
        ("scale({y: 1, x: 0}, 1)->p={x:2,y:3}", "scale({x: 0, y: 1}, 1) → p = {x: 2, y: 3}"),
        (r#""inc"(1)"#, "inc(1)"),
    ] {
        let calls = parse_calls(text, &interface()).unwrap_or_else(|faults| panic!("{faults:?}"));
        assert_eq!(calls_text(&calls, &interface()), same);
    }
}

#[test]
fn all_faults_are_found_at_their_places() {
    for (text, expected) in [
        (
            "icn(1); inc(x)",
            &[
                "icn: there is no export `icn` (did you mean `inc`?)",
                "x: argument 1 of `inc`: `x` is no s32",
            ][..],
        ),
        ("inc(1, 2)", &["2: `inc` takes 1 argument and was given 2"]),
        ("inc(1); inc($1, $1)", &["inc($1, $1): `inc` takes 1 argument and was given 2"]),
        ("inc($1)", &["$1: there is no call 1 before this one"]),
        ("inc(1); inc($2)", &["$2: there is no call 2 before this one"]),
        ("reset(); inc($1)", &["$1: call 1 returns nothing"]),
        ("sum([]); inc($1)", &["$1: `$1` is of type u32, not s32"]),
        ("icn(1); inc($1)", &["icn: there is no export `icn`"]),
        ("inc(1); div($x, y)", &["$x: `$x` is no result of a call", "y: `y` is no value"]),
        ("inc(1) = true", &["true: `true` is of type bool, not s32"]),
        ("inc(1) =", &[": the text ends where a value belongs"]),
        ("core(1, 2) = x", &["x: `x` is no i32"]),
        (
            "\"two (of)\"(1) = (1)",
            &["(1): `(1)` is no result: `_` takes 2 arguments and was given 1"],
        ),
        ("reset() = 1", &["1: `reset` returns nothing (leave the ` = ` out)"]),
        ("inc(1) ! tarp", &["tarp: `tarp` is no kind of failure (did you mean `trap`?)"]),
        ("inc(1) 2", &["2: there is `2` after the call"]),
        ("inc(1) * 0", &["0: `0` is no number of calls"]),
        (
            "scale({x: 1, y: 2}, 1) → q = 1",
            &["q: `scale` has no pointer `q` (its pointers are: p)"],
        ),
        ("inc(1) = 2 → p = 1", &["p: `inc` has no pointer `p` (leave it out"]),
        ("inc(1", &[": the CALL ends in the middle"]),
        ("inc", &[": arguments in parentheses are missing"]),
        ("inc(1]", &["]: there is a `]` where a `)` belongs"]),
    ] {
        let faults = parse_calls(text, &interface()).expect_err(text);
        let shown = faults.iter().map(|fault| {
            let end = fault.place.end.min(text.len());
            format!("{}: {fault}", &text[fault.place.start.min(end)..end])
        });
        let shown: Vec<_> = shown.collect();
        assert_eq!(shown.len(), expected.len(), "{text}: {shown:#?}");
        for (shown, expected) in shown.iter().zip(expected) {
            assert!(shown.starts_with(expected), "{text}: {shown}");
        }
    }
}

//! CALLs are parsed, refused and written.

use super::*;
use crate::core_type::CoreType::{F32, F64, I32, I64};

fn function(params: &[CoreType]) -> FuncType {
    // The results do not matter here.
    FuncType::new(params.iter().cloned(), [])
}

#[track_caller]
fn values(text: &str, params: &[CoreType]) -> Vec<Val> {
    Call::parse(text).unwrap().core_arguments(&function(params)).unwrap()
}

/// The messages of all faults.
#[track_caller]
fn refused(text: &str, params: &[CoreType]) -> String {
    let faults = match Call::parse(text) {
        Ok(call) => call.core_arguments(&function(params)).unwrap_err(),
        Err(fault) => vec![fault],
    };
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_name_is_the_text_before_the_parenthesis() {
    let names = [
        ("inc(1)", "inc"),
        (" inc (1) ", "inc"),
        ("two words(1)", "two words"),
        ("a:b/c#d(1)", "a:b/c#d"),
        (r#""f(x)"(1)"#, "f(x)"),
        (r#""\u001b" (1)"#, "\u{1b}"),
        (r#"""(1)"#, ""),
        ("größe(1)", "größe"),
    ];
    for (text, name) in names {
        let call = Call::parse(text).unwrap();
        assert_eq!((call.name(), call.arguments.len()), (name, 1), "{text}");
    }
}

#[test]
fn arguments_are_split_where_wave_splits_them() {
    let counts = [
        ("f()", 0),
        ("f( )", 0),
        ("f(1,)", 1),
        ("f((1, 2), [3, 4], {a: 5, b: 6})", 3),
        (r#"f(",", ')', "\"),(")"#, 3),
        ("f(nan:0x1, -nan)", 2),
        ("f(some(1), ok, %inf)", 3),
    ];
    for (text, count) in counts {
        assert_eq!(Call::parse(text).unwrap().arguments.len(), count, "{text}");
    }
}

#[test]
fn syntax_faults_are_explained() {
    let faults = [
        ("", "name is missing"),
        ("(1)", "name is missing"),
        ("inc", "`inc(…)`"),
        ("inc(", "`)`"),
        ("inc(1", "`)`"),
        ("inc((1)", "`)`"),
        ("inc([1)", "`]`"),
        ("inc(1))", "after the last"),
        ("inc(1) ok", "after the last"),
        ("inc(,)", "comma"),
        ("inc(1,,2)", "comma"),
        ("inc(1 2)", "no value"),
        ("inc(+1)", "no value"),
        ("inc(0x10)", "no value"),
        ("inc(\"a)", "quote"),
        ("\"inc(1)", "JSON"),
        ("\"inc\"", "missing"),
        ("inc(nan:)", "no value"),
    ];
    for (text, part) in faults {
        let error = refused(text, &[F64]);
        assert!(error.contains(part) || error.contains("payload"), "{text}: {error}");
    }
}

#[test]
fn integers_come_from_the_signed_and_the_unsigned_range() {
    let i32s = [("-2147483648", i32::MIN), ("4294967295", -1), ("2147483648", i32::MIN), ("-0", 0)];
    for (text, value) in i32s {
        assert_eq!(values(&format!("f({text})"), &[I32]), [Val::S32(value)]);
    }
    let i64s = [("-9223372036854775808", i64::MIN), ("18446744073709551615", -1)];
    for (text, value) in i64s {
        assert_eq!(values(&format!("f({text})"), &[I64]), [Val::S64(value)]);
    }
    for text in ["-2147483649", "4294967296", "1.0", "1e3", "inf", "nan", "true", "\"1\"", "(1)"] {
        let error = refused(&format!("f({text})"), &[I32]);
        assert!(error.contains("from -2147483648 to 4294967295"), "{text}: {error}");
    }
    let long = "9".repeat(100);
    for text in ["18446744073709551616", "-9223372036854775809", &long] {
        refused(&format!("f({text})"), &[I64]);
    }
}

#[test]
fn floats_keep_the_value_that_is_written() {
    let f64s = [
        ("1", 1.0_f64),
        ("-0.0", -0.0),
        ("-0", -0.0),
        ("1e-320", 1e-320),
        ("1e-999", 0.0),
        ("inf", f64::INFINITY),
        ("-inf", f64::NEG_INFINITY),
    ];
    for (text, value) in f64s {
        assert_eq!(values(&format!("f({text})"), &[F64]), [Val::from(value)], "{text}");
    }
    assert_eq!(values("f(nan)", &[F32]), [Val::F32(f32::from_bits(0x7fc0_0000))]);
    assert_eq!(values("f(nan:0x1)", &[F32]), [Val::F32(f32::from_bits(0x7f80_0001))]);
    assert_eq!(values("f(-nan:0x7fffff)", &[F32]), [Val::F32(f32::from_bits(u32::MAX))]);
    assert_eq!(values("f(-nan)", &[F64]), [Val::F64(f64::from_bits(0xfff8 << 48))]);
    assert!(refused("f(1e39)", &[F32]).contains("too large"));
    for text in ["nan:0x0", "nan:0x800000", "nan:1", "nan:0xfg", "nan:0x+1", "true", "infinity"] {
        refused(&format!("f({text})"), &[F32]);
    }
}

#[test]
fn a_written_call_is_parsed_to_the_same_values() {
    let params = [I32, I64, F32, F64];
    let floats = [0, 1, 0x7f7f_ffff, 0x7f80_0000, 0x7f80_0001, 0x7fc0_0000, 0x3dcc_cccd];
    for bits in floats.into_iter().flat_map(|bits| [bits, bits | 1 << 31]) {
        for name in ["f", "f(", "", "\"", "\u{1b}\u{202e}", " a b "] {
            let wide = u64::from(bits) << 32 | 5;
            let arguments = [
                Val::S32(bits as i32),
                Val::S64(wide as i64),
                Val::F32(f32::from_bits(bits)),
                Val::F64(f64::from_bits(wide)),
            ];
            let call = Call::parse(&CallText { name, arguments: &arguments }.to_string()).unwrap();
            assert_eq!(call.name(), name);
            assert_eq!(call.core_arguments(&function(&params)).unwrap(), arguments);
        }
    }
}

#[test]
fn arguments_that_do_not_fit_name_the_export() {
    assert_eq!(
        refused("add(1)", &[I32, I32]),
        "`add` takes 2 arguments and was given 1 (`add` is (i32, i32) -> ())"
    );
    assert_eq!(
        refused("inc(1, 2)", &[I32]),
        "`inc` takes 1 argument and was given 2 (`inc` is (i32) -> ())"
    );
    assert!(refused("inc(x)", &[I32]).starts_with("argument 1 of `inc`: `x` is no i32 ("));
    let vector = CoreType::Other("v128".into());
    assert!(refused("f(1)", &[vector]).contains("only numbers"));
}

#[test]
fn faults_have_their_places() {
    let places = [
        ("", ""),
        ("inc", ""),
        ("(1)", ""),
        ("\"inc(1)", "\"inc(1)"),
        ("f(1)) x ", ") x"),
        ("f(1", ""),
        ("f([1)", ")"),
        ("f(1, ,2)", ","),
        ("f( 1 2 )", "1 2"),
        ("f([1] 2)", "2"),
        ("f({a b: 1})", "a b"),
        ("f({a})", "a"),
        ("f(x)", "x"),
        ("f( \"größe\" )", "\"größe\""),
        ("f(1, 2, 3)", "2, 3"),
        ("f()", ")"),
    ];
    for (text, marked) in places {
        let fault = match Call::parse(text) {
            Ok(call) => call.core_arguments(&function(&[I32])).unwrap_err().remove(0),
            Err(fault) => fault,
        };
        assert_eq!(&text[fault.place.clone()], marked, "{text}: {fault}");
        assert!(!fault.cause.is_empty() && !fault.remedy.is_empty(), "{text}");
        let shown = fault.render(text, Some("calls.txt"), 7);
        assert!(shown.starts_with(&fault.cause), "{shown}");
        assert!(shown.contains("calls.txt:7:"), "{shown}");
    }
}

#[test]
fn every_argument_has_its_fault() {
    let faults = Call::parse("f(a, 1, 1e99)").unwrap().core_arguments(&function(&[I32, I64, F32]));
    let places: Vec<_> = faults.unwrap_err().into_iter().map(|fault| fault.place).collect();
    assert_eq!(places, [2..3, 8..12]);
    // An untrusted file may have any number of faults.
    let many = format!("f({})", "x, ".repeat(1000));
    let faults = Call::parse(&many).unwrap().core_arguments(&function(&vec![I32; 1000]));
    assert_eq!(faults.unwrap_err().len(), 100);
}

#[test]
fn a_long_call_is_shown_in_part() {
    let long = format!("f({}x, {})", "1, ".repeat(50_000), "1, ".repeat(50_000));
    let call = Call::parse(&long).unwrap();
    let fault = call.core_arguments(&function(&vec![I32; 100_001])).unwrap_err().remove(0);
    let shown = fault.render(&long, None, 1);
    assert!(shown.len() < 1000 && shown.contains("1, x, 1"), "{}", shown.len());
}

#[test]
fn lists_of_any_length() {
    let mut draft = crate::Draft::default();
    let text = "(bytes: list<u8>, bools: list<bool>, floats: list<f32>)";
    draft.exports.push(("f".to_owned(), text.to_owned()));
    let contract = draft.check().unwrap();
    let signature = contract.export("f").unwrap();

    let text = "f([255, 0, 7], [true, false,], [nan:0x1, -0, 1e3])";
    let values = Call::parse(text).unwrap().arguments(signature).unwrap();
    let floats = vec![f32::from_bits(0x7f80_0001), -0.0, 1000.0];
    let expected = [vec![255_u8, 0, 7].into(), vec![true, false].into(), floats.into()];
    assert_eq!(values, expected);
    let written = CallText { name: "f", arguments: &values }.to_string();
    assert_eq!(written, "f([255, 0, 7], [true, false], [nan:0x1, -0, 1000])");

    let none = Call::parse("f([], [ ], [])").unwrap().arguments(signature).unwrap();
    assert!(none.iter().all(|list| list.is_a(&signature.parameters()[1].ty)));

    let faults = Call::parse("f([1, 256, -1, 2], 5, [1, [2]])").unwrap().arguments(signature);
    let faults = faults.unwrap_err();
    let places: Vec<_> = faults.iter().map(|fault| fault.place.clone()).collect();
    assert_eq!(places, [6..9, 11..13, 19..20, 26..29]);
    assert_eq!(faults[0].cause, "argument 1 of `f`: `256` is no u8");
    assert_eq!(faults[2].cause, "argument 2 of `f`: `5` is no list<bool>");
}

#[test]
fn a_long_list_is_parsed() {
    let mut draft = crate::Draft::default();
    draft.exports.push(("f".to_owned(), "(bytes: list<u8>)".to_owned()));
    let contract = draft.check().unwrap();
    let bytes: Vec<u8> = (0..65_536_u32).map(|number| number as u8).collect();
    let arguments = [Val::from(bytes)];
    let text = CallText { name: "f", arguments: &arguments }.to_string();
    let read = Call::parse(&text).unwrap().arguments(contract.export("f").unwrap());
    assert_eq!(read.unwrap(), arguments);
}

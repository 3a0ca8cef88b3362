//! CALLs are read, refused and written again.

use polyreactor_host::Type;

use super::*;

fn signature(params: &[Type]) -> Signature {
    // What is given back does not matter here.
    Signature { params: params.to_vec(), results: Vec::new() }
}

#[track_caller]
fn values(text: &str, params: &[Type]) -> Vec<Value> {
    let checked = Call::parse(text).and_then(|call| call.check(&signature(params), None)).unwrap();
    let Values::Core(values) = checked.values else { panic!("there is no contract") };
    values
}

#[track_caller]
fn refused(text: &str, params: &[Type]) -> String {
    let checked = Call::parse(text).and_then(|call| call.check(&signature(params), None));
    checked.unwrap_err().to_string()
}

#[test]
fn the_name_is_what_stands_before_the_parenthesis() {
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
        assert_eq!((call.name.as_str(), call.args.len()), (name, 1), "{text}");
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
        assert_eq!(Call::parse(text).unwrap().args.len(), count, "{text}");
    }
}

#[test]
fn what_is_not_well_formed_says_where() {
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
        let error = Call::parse(text).map(|call| call.check(&signature(&[Type::F64]), None));
        let error = match error {
            Err(error) | Ok(Err(error)) => error.to_string(),
            Ok(Ok(checked)) => panic!("`{text}` is {checked}"),
        };
        assert!(error.contains(part) || error.contains("payload"), "{text}: {error}");
    }
}

#[test]
fn integers_come_from_the_signed_and_the_unsigned_range() {
    let i32s = [("-2147483648", i32::MIN), ("4294967295", -1), ("2147483648", i32::MIN), ("-0", 0)];
    for (text, value) in i32s {
        assert_eq!(values(&format!("f({text})"), &[Type::I32]), [Value::I32(value)]);
    }
    let i64s = [("-9223372036854775808", i64::MIN), ("18446744073709551615", -1)];
    for (text, value) in i64s {
        assert_eq!(values(&format!("f({text})"), &[Type::I64]), [Value::I64(value)]);
    }
    for text in ["-2147483649", "4294967296", "1.0", "1e3", "inf", "nan", "true", "\"1\"", "(1)"] {
        let error = refused(&format!("f({text})"), &[Type::I32]);
        assert!(error.contains("from -2147483648 to 4294967295"), "{text}: {error}");
    }
    let long = "9".repeat(100);
    for text in ["18446744073709551616", "-9223372036854775809", &long] {
        refused(&format!("f({text})"), &[Type::I64]);
    }
}

#[test]
fn floats_are_taken_as_written() {
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
        assert_eq!(values(&format!("f({text})"), &[Type::F64]), [Value::from(value)], "{text}");
    }
    assert_eq!(values("f(nan)", &[Type::F32]), [Value::F32(0x7fc0_0000)]);
    assert_eq!(values("f(nan:0x1)", &[Type::F32]), [Value::F32(0x7f80_0001)]);
    assert_eq!(values("f(-nan:0x7fffff)", &[Type::F32]), [Value::F32(u32::MAX)]);
    assert_eq!(values("f(-nan)", &[Type::F64]), [Value::F64(0xfff8 << 48)]);
    assert!(refused("f(1e39)", &[Type::F32]).contains("too large"));
    for text in ["nan:0x0", "nan:0x800000", "nan:1", "nan:0xfg", "nan:0x+1", "true", "infinity"] {
        refused(&format!("f({text})"), &[Type::F32]);
    }
}

#[test]
fn what_is_written_is_read_again() {
    let params = [Type::I32, Type::I64, Type::F32, Type::F64];
    let floats = [0, 1, 0x7f7f_ffff, 0x7f80_0000, 0x7f80_0001, 0x7fc0_0000, 0x3dcc_cccd];
    for bits in floats.into_iter().flat_map(|bits| [bits, bits | 1 << 31]) {
        for name in ["f", "f(", "", "\"", "\u{1b}\u{202e}", " a b "] {
            let wide = u64::from(bits) << 32 | 5;
            let checked = Checked {
                name: name.to_owned(),
                values: Values::Core(vec![
                    Value::I32(bits as i32),
                    Value::I64(wide as i64),
                    Value::F32(bits),
                    Value::F64(wide),
                ]),
            };
            let read = Call::parse(&checked.to_string()).unwrap().check(&signature(&params), None);
            assert_eq!(read.unwrap(), checked);
        }
    }
}

#[test]
fn arguments_that_do_not_fit_name_the_export() {
    assert_eq!(
        refused("add(1)", &[Type::I32, Type::I32]),
        "`add` takes 2 arguments and was given 1; it is (i32, i32) -> ()"
    );
    assert_eq!(
        refused("inc(1, 2)", &[Type::I32]),
        "`inc` takes 1 argument and was given 2; it is (i32) -> ()"
    );
    assert!(refused("inc(x)", &[Type::I32]).starts_with("argument 1 of `inc`, `x`: "));
    let vector = Type::Other("v128".to_owned());
    assert!(refused("f(1)", &[vector]).contains("only numbers"));
}

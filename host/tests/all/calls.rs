//! Typed and dynamic calls: types are checked, and numbers are passed bit for bit.

use crate::support::{INIT, instance};
use polyreactor_host::{CallError, Val};

/// A guest whose exports return their arguments, for each number type.
const ECHO: &str = r#"
    (func (export "_initialize"))
    (func (export "i32") (param i32) (result i32) (local.get 0))
    (func (export "i64") (param i64) (result i64) (local.get 0))
    (func (export "f32") (param f32) (result f32) (local.get 0))
    (func (export "f64") (param f64) (result f64) (local.get 0))
    (func (export "nothing"))
    (func (export "swap") (param i32 f64) (result f64 i32) (local.get 1) (local.get 0))
    (func (export "vector") (result v128) (v128.const i64x2 0 0))
    (global (export "limit") i32 (i32.const 3))"#;

#[test]
fn numbers_are_passed_bit_for_bit() {
    let mut echo = instance(ECHO);
    let floats_32 = [0, 1, 0x8000_0000, 0x7f80_0000, 0x7fc0_0000, 0x7fa0_0001, 0xffc1_2345];
    for bits in floats_32 {
        let float = f32::from_bits(bits);
        assert_eq!(
            echo.call_dynamic("f32", &[Val::F32(float)]).unwrap().results,
            [Val::F32(float)]
        );
    }
    let floats_64 = [0, 1 << 63, 0x7ff0 << 48, 0x7ff8 << 48, 0x7ff4_0000_0000_0001, u64::MAX];
    for bits in floats_64 {
        let float = f64::from_bits(bits);
        assert_eq!(
            echo.call_dynamic("f64", &[Val::F64(float)]).unwrap().results,
            [Val::F64(float)]
        );
        let func = echo.func::<f64, f64>("f64").unwrap();
        assert_eq!(func.call(&mut echo, f64::from_bits(bits)).unwrap().to_bits(), bits);
    }
    for number in [0, -1, i32::MAX, i32::MIN] {
        assert_eq!(
            echo.call_dynamic("i32", &[Val::S32(number)]).unwrap().results,
            [Val::S32(number)]
        );
    }
    for number in [0, -1, i64::MAX, i64::MIN] {
        assert_eq!(
            echo.call_dynamic("i64", &[Val::S64(number)]).unwrap().results,
            [Val::S64(number)]
        );
    }
    // An unsigned argument is passed with the same bits, and the result is signed.
    assert_eq!(echo.call_dynamic("i32", &[Val::from(u32::MAX)]).unwrap().results, [Val::from(-1)]);
    assert_eq!(
        echo.call_dynamic("i64", &[Val::from(u64::MAX)]).unwrap().results,
        [Val::from(-1_i64)]
    );
}

#[test]
fn a_call_returns_all_results() {
    let mut echo = instance(ECHO);
    assert_eq!(echo.call_dynamic("nothing", &[]).unwrap().results, []);
    let swapped = echo.call_dynamic("swap", &[Val::S32(1), Val::from(0.5)]).unwrap().results;
    assert_eq!(swapped, [Val::from(0.5), Val::S32(1)]);
    let swap = echo.func::<(i32, f64), (f64, i32)>("swap").unwrap();
    assert_eq!(swap.call(&mut echo, (1, 0.5)).unwrap(), (0.5, 1));
    let unsigned = echo.func::<(u64,), u64>("i64").unwrap();
    assert_eq!(unsigned.call(&mut echo, (u64::MAX,)).unwrap(), u64::MAX);
}

#[test]
fn a_function_can_have_sixteen_parameters() {
    let mut guest = instance(&format!(
        r#"{INIT} (func (export "last") (param i64 i64 i64 i64 i64 i64 i64 i64
           i64 i64 i64 i64 i64 i64 i64 f32) (result f32) (local.get 15))"#
    ));
    type Sixteen = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, f32);
    let last = guest.func::<Sixteen, f32>("last").unwrap();
    let values = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0.5);
    assert_eq!(last.call(&mut guest, values).unwrap(), 0.5);
}

#[test]
fn a_type_mismatch_names_both_types() {
    let mut echo = instance(ECHO);
    let says = |error: CallError| error.to_string();
    let typed = echo.func::<(i32, f64), (f64, f64)>("swap").unwrap_err();
    assert_eq!(says(typed), "`swap` is (i32, f64) -> (f64, i32), not (i32, f64) -> (f64, f64)");
    let typed = echo.func::<i32, i32>("vector").unwrap_err();
    assert_eq!(says(typed), "`vector` is () -> v128, not (i32) -> i32");
    let dynamic = echo.call_dynamic("swap", &[Val::S64(1)]).unwrap_err();
    assert_eq!(says(dynamic), "`swap` is (i32, f64) -> (f64, i32); it was called with (i64)");
    let dynamic = echo.call_dynamic("swap", &[Val::from("a"), Val::from(vec![1_u8])]).unwrap_err();
    assert!(says(dynamic).ends_with("it was called with (string, list<u8>)"));
    let dynamic = echo.call_dynamic("vector", &[]).unwrap_err();
    assert_eq!(says(dynamic), "`vector` is () -> v128; only numbers can be passed");
}

#[test]
fn an_unknown_name_lists_the_nearest_exports() {
    let mut echo = instance(ECHO);
    let mut says = |name| echo.call_dynamic(name, &[]).unwrap_err().to_string();
    assert_eq!(says("i23"), "no function `i23` is exported; did you mean `i32`?");
    assert_eq!(says("NOTHNIG"), "no function `NOTHNIG` is exported; did you mean `nothing`?");
    assert_eq!(
        says("far\u{1b}away"),
        "no function `\"far\\u{1b}away\"` is exported; there are `i32`, `i64`, `f32`, `f64`, \
         `nothing`, `swap` and `vector`"
    );
    assert_eq!(says("limit"), "`limit` can't be called: it is no function (global i32)");
    assert_eq!(says("memory"), "`memory` can't be called: it is no function (memory 1 page)");
    assert_eq!(
        instance(INIT).call_dynamic("x", &[]).unwrap_err().to_string(),
        "no function `x` is exported; the module exports no function at all"
    );
}

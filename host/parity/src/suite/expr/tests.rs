//! Expressions are parsed, refused and evaluated.

use polyreactor_contract::{Draft, Scalar, Val};

use super::*;

/// A scope with names of many types, and their values.
fn scope() -> (Scope, Vec<(&'static str, Val)>) {
    let mut draft = Draft::default();
    draft.exports.push(("f".into(), "(p: ptr<point>, of: ptr<list<u8, 2>>)".into()));
    let fields = vec![("x".into(), "s32".into()), ("at".into(), "list<f64, 2>".into())];
    draft.records.push(("point".into(), fields));
    let contract = draft.check().unwrap();
    let parameters = contract.export("f").unwrap().parameters();
    let scope = Scope::default()
        .with("a", Scalar::S32)
        .with("b", Scalar::S32)
        .with("u", Scalar::U64)
        .with("small", Scalar::S8)
        .with("f", Scalar::F64)
        .with("yes", Scalar::Bool)
        .with("and", Scalar::S32)
        .with("len", Scalar::U32)
        .with("name", Type::String)
        .with("xs", Type::List(Scalar::S32))
        .with("p", &parameters[0].ty)
        .with("of", &parameters[1].ty)
        .with_result(Some(Scalar::S32.into()))
        .with_result(None);
    let point = [("x", Val::from(5)), ("at", Val::from(vec![0.5, 1.5]))];
    let values = vec![
        ("a", Val::from(7)),
        ("b", Val::from(2)),
        ("u", Val::from(u64::MAX)),
        ("small", Val::from(-128_i8)),
        ("f", Val::from(2.5)),
        ("yes", Val::from(true)),
        ("and", Val::from(9)),
        ("len", Val::from(3_u32)),
        ("name", Val::from("bob")),
        ("xs", Val::from(vec![1, 2, 3])),
        ("p", Val::record(point)),
        ("of", Val::from(vec![1_u8, 2])),
    ];
    (scope, values)
}

#[track_caller]
fn value(text: &str) -> Option<String> {
    let (scope, values) = scope();
    let results = [Some(Val::from(40)), None];
    let mut env = Env::default().with_results(&results);
    for (name, value) in &values {
        env = env.with(*name, value);
    }
    let expr = Expr::parse(text, &scope, None).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    let value = expr.eval(&env)?;
    Some(format!("{value}: {}", expr.ty()))
}

#[test]
fn values_are_computed_at_the_type_of_the_operands() {
    for (text, expected) in [
        ("a + 1", "8: s32"),
        ("1 + a * b", "15: s32"),
        ("(1 + a) * b", "16: s32"),
        ("a - b - 1", "4: s32"),
        ("a / b", "3: s32"),
        ("a % b", "1: s32"),
        ("a %b", "1: s32"),
        ("-a / b", "-3: s32"),
        ("a + 2147483647", "-2147483642: s32"),
        ("u + 2", "1: u64"),
        ("small - 1", "127: s8"),
        ("small % -1", "0: s8"),
        ("small == -128", "true: bool"),
        ("f / 0", "inf: f64"),
        ("nan == nan", "false: bool"),
        ("nan:0x1", "nan:0x1: f64"),
        ("-inf < f", "true: bool"),
        ("(1) + 1", "2: s64"),
        ("2.5e1", "25: f64"),
        ("$1 + 2", "42: s32"),
        ("%and + 1", "10: s32"),
        ("a+%and", "16: s32"),
        ("a %%and", "7: s32"),
        ("len + 1", "4: u32"),
        ("len(name) == len", "true: bool"),
        ("len(xs) + 1", "4: s64"),
        ("a > len(xs)", "true: bool"),
        ("xs[len(xs) - 1]", "3: s32"),
        ("xs[b]", "3: s32"),
        ("xs == [1, b, 3]", "true: bool"),
        ("[a, 1][0]", "7: s32"),
        ("[1, 2] == of", "true: bool"),
        ("p.x + 1", "6: s32"),
        ("p.at[1]", "1.5: f64"),
        ("p == {at: [0.5, 1.5], x: a - 2}", "true: bool"),
        ("p", "{x: 5, at: [0.5, 1.5]}: point"),
        (r#"name == "b\u{6f}b""#, "true: bool"),
        (r#""a\"\\\n'" != name"#, "true: bool"),
        ("not a == 7 or yes", "true: bool"),
        ("a < 3 and a / 0 == 1", "false: bool"),
        ("yes == (a > b)", "true: bool"),
    ] {
        assert_eq!(value(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_traps_in_wasm_is_undefined() {
    for text in ["a / 0", "a % 0", "small / -1", "xs[3]", "xs[-1]", "a / 0 == 1 or yes", "[a / 0]"]
    {
        assert_eq!(value(text), None, "{text}");
    }
}

#[track_caller]
fn refused(text: &str, wanted: Option<&Type>) -> String {
    let fault = Expr::parse(text, &scope().0, wanted).unwrap_err();
    let place = &text[fault.place.start.min(text.len())..fault.place.end.min(text.len())];
    format!("{place}: {fault}")
}

#[test]
fn faults_have_the_place_the_cause_and_a_remedy() {
    let number = Type::Scalar(Scalar::U32);
    for (text, expected) in [
        ("", ": the text ends where a value belongs (write a name, a number"),
        ("a +", ": the text ends where a value belongs"),
        ("a = b", "=: `=` means nothing here (write `==` to compare)"),
        ("a < b < 3", "<: comparisons cannot be chained (write `a < b and b < c`)"),
        ("a b", "b: there is `b` after the expression"),
        ("(a", ": the text ends where a `)` belongs"),
        ("[a; b]", ";: `;` means nothing here"),
        ("nmae", "nmae: there is no `nmae` here (did you mean `name`?)"),
        ("p.y", "y: the record `point` has no field `y` (its fields are: x, at)"),
        ("a.x", "a: `a` is of type s32, and no record"),
        ("a[0]", "a: `a` is of type s32, and no list"),
        ("xs[f]", "f: `f` is of type f64 (only integers can stand here)"),
        ("a + u", "a + u: `a` is of type s32, but `u` of type u64 (use two values of one type)"),
        ("a + 2147483648", "2147483648: `2147483648` is no s32"),
        ("a == 1.5", "1.5: `1.5` is no s32"),
        ("name < name", "name: `name` is of type string (only numbers can stand here)"),
        ("name + name", "name: `name` is of type string (only numbers can stand here)"),
        ("a and yes", "a and yes: `a` is of type s32, but `yes` of type bool"),
        ("$0", "$0: there is no number after `$`"),
        ("$2", "$2: call 2 has no result"),
        ("$3", "$3: there is no call 3 before this one"),
        ("[]", "[]: the type of `[]` is not known here"),
        ("p == {x: 1}", "{x: 1}: the field `at` is missing"),
        ("p == {x: 1, x: 2}", "x: the field `x` is given twice"),
        ("of == [1]", "[1]: a list of 1 is no `list<u8, 2>`"),
        ("01", "01: `01` is no number"),
        ("1x", "1x: `1x` is no number"),
        ("\"a", "\"a: the text does not end"),
        (r#""\q""#, r"\q: this is no escape of a text"),
        ("len(a)", "a: `a` is of type s32, and no string or list"),
        ("%", "%: there is `%` where a value belongs"),
        ("é", "é: `é` means nothing here"),
    ] {
        let found = refused(text, None);
        assert!(found.starts_with(expected), "{text}: {found}");
    }
    assert!(refused("a", Some(&number)).contains("`a` is of type s32, not u32"));
    assert!(refused("-1", Some(&number)).contains("`-1` is no u32"));
}

#[test]
fn deep_and_long_texts_are_refused_without_harm() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("-", ""),
        ("not ", ""),
        ("xs[", "]"),
        ("{x: ", "}"),
        ("len(", ")"),
    ] {
        let text = format!("{}a{}", open.repeat(100_000), close.repeat(100_000));
        assert!(refused(&text, None).contains("more than 100 levels"), "{open}");
    }
    for part in [" + a", ".x", "[0]", " and yes"] {
        let text = format!("a{}", part.repeat(100_000));
        assert!(refused(&text, None).contains("more than 100 levels"), "{part}");
    }
    // Checking a part twice would take years here.
    let nested = format!("{}1{}", "[".repeat(45), "][0]".repeat(45));
    assert_eq!(value(&nested).as_deref(), Some("1: s64"));
    let sums = format!("{}1{}", "(1 + ".repeat(45), ")".repeat(45));
    assert_eq!(value(&sums).as_deref(), Some("46: s64"));
    let wide = format!("xs == [{}]", "1, ".repeat(100_000));
    assert_eq!(value(&wide).as_deref(), Some("false: bool"));
}

#[test]
fn no_text_makes_the_parser_panic() {
    let parts = [
        "a", "$1", "1", "-", "+", "%", "(", ")", "[", "]", "{", "}", "x", ":", ",", ".", "\"",
        "\\", "and", "not", "len", " ", "é", "\u{202e}", "==", "<", "nan", ":0x", "u", "\n", "'",
        "~",
    ];
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..10_000 {
        let length = random.usize(0..12);
        let text: String = (0..length).map(|_| parts[random.usize(0..parts.len())]).collect();
        match Expr::parse(&text, &scope().0, None) {
            Ok(_) => drop(value(&text)),
            Err(fault) => drop(fault.render(&text, None, 1)),
        }
    }
}

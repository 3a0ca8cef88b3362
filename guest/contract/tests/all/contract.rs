//! The texts, core types, layouts and sections of contracts. The messages for invalid contracts are
//! tested by the cases of polyreactor-build, where people write contracts.

use std::time::{Duration, Instant};

use polyreactor_contract::{Broken, Contract, Draft, Fault, Place, Pointee, Scalar, nearest};

fn pair(name: &str, text: &str) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

fn draft(exports: &[(&str, &str)], records: &[(&str, &[(&str, &str)])]) -> Draft {
    let mut draft = Draft::default();
    draft.exports = exports.iter().map(|(name, text)| pair(name, text)).collect();
    let fields = |fields: &[(&str, &str)]| fields.iter().map(|(name, ty)| pair(name, ty)).collect();
    draft.records = records.iter().map(|(name, of)| ((*name).to_owned(), fields(of))).collect();
    draft
}

fn lowered(text: &str) -> String {
    let contract = draft(&[("f", text)], &[("r", &[("x", "u8")])]).check();
    let contract = contract.unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
    contract.export("f").expect("it is there").lowered().to_string()
}

fn faults(draft: &Draft) -> Vec<String> {
    let faults = draft.check().expect_err("the contract is invalid");
    faults.iter().map(|fault| format!("{}: {fault}", draft.name_of(&fault.place))).collect()
}

#[test]
fn every_type_has_its_core_type() {
    for (ty, param, result) in [
        ("bool", "i32", "i32"),
        ("s32", "i32", "i32"),
        ("u32", "i32", "i32"),
        ("s64", "i64", "i64"),
        ("u64", "i64", "i64"),
        ("f32", "f32", "f32"),
        ("f64", "f64", "f64"),
        ("string", "i32, i32", "i64"),
        ("list<u8>", "i32, i32", "i64"),
        ("list<f64>", "i32, i32", "i64"),
        ("ptr<u8>", "i32", "i32"),
        ("ptr<list<r, 3>>", "i32", "i32"),
    ] {
        assert_eq!(lowered(&format!("(a: {ty}) -> {ty}")), format!("({param}) -> {result}"));
    }
    assert_eq!(lowered("()"), "() -> ()");
}

#[test]
fn texts_are_printed_in_canonical_form() {
    for (written, printed) in [
        ("()", "()"),
        (" ( )->bool ", "() -> bool"),
        ("(a:s32,b:string,)", "(a: s32, b: string)"),
        ("(a:list < u8 ,>)->list<bool>", "(a: list<u8>) -> list<bool>"),
        (
            "(\n  type: ptr< list<list<u8 , 016>,2> >,\n) -> ptr<r>",
            "(type: ptr<list<list<u8, 16>, 2>>) -> ptr<r>",
        ),
    ] {
        let contract = draft(&[("f", written)], &[("r", &[("x", "u8")])]).check();
        let contract = contract.unwrap_or_else(|faults| panic!("{written}: {faults:?}"));
        assert_eq!(contract.export("f").expect("it is there").to_string(), printed);
    }
}

/// The layout of C on wasm32. `languages.rs` of polyreactor-build compares it with the compilers'.
#[test]
fn records_have_the_layout_of_c() {
    let contract = draft(
        &[],
        &[
            // Declared before the record that it contains.
            ("outer", &[("flag", "bool"), ("inner", "list<inner, 2>"), ("end", "u8")]),
            ("inner", &[("a", "u16"), ("b", "s64"), ("c", "list<u8, 3>"), ("d", "f32")]),
        ],
    );
    let contract = contract.check().expect("the contract is valid");
    let of = |name: &str| {
        let record = contract.record(name).expect("it is there");
        let offsets = record.fields().iter().map(|field| field.offset_bytes).collect::<Vec<_>>();
        (offsets, record.layout().size_bytes, record.layout().align_bytes)
    };
    assert_eq!(of("inner"), (vec![0, 8, 16, 20], 24, 8));
    assert_eq!(of("outer"), (vec![0, 8, 56], 64, 8));
    let names: Vec<_> = contract.records().iter().map(|record| record.name()).collect();
    assert_eq!(names, ["outer", "inner"], "the order of the source");
    let Pointee::List(inner, 2) = &contract.records()[0].fields()[1].ty else { panic!() };
    assert_eq!(inner.layout().size_bytes, 24);
    assert_eq!(Pointee::Scalar(Scalar::S64).layout().align_bytes, 8);
}

#[test]
fn a_section_contains_the_whole_contract() {
    let mut draft = draft(
        &[
            ("z", "(p: ptr<point>) -> string"),
            ("l", "(a: list<u8>) -> list<f64>"),
            ("a", "()"),
            ("\"\u{1f980}\\", "(f: f32)"),
        ],
        &[("point", &[("z", "s32"), ("a", "list<f64, 2>")])],
    );
    draft.imports = vec![
        ("host".to_owned(), vec![pair("log", "(message: string)"), pair("a", "() -> bool")]),
        ("env".to_owned(), vec![pair("log", "()")]),
    ];
    let contract = draft.check().expect("the contract is valid");
    assert_eq!(contract.to_draft(), draft);
    assert_eq!(Contract::from_section(&contract.to_section()).as_ref(), Ok(&contract));
}

#[test]
fn unknown_keys_are_ignored() {
    let contract = Contract::from_section(br#"{"new": [{}], "schema": 1, "exports": {"f": "()"}}"#);
    assert_eq!(contract.expect("it can be read").exports().len(), 1);
}

/// Follows the remedy of each fault about lists until the contract is valid.
#[test]
fn remedies_for_lists_lead_to_a_valid_type() {
    for start in [
        "list",
        "list<>",
        "list<u8, 4>",
        "list<r, 4>",
        "list<r>",
        "list<list<u8>>",
        "ptr<list<u8>>",
        "ptr<list<r>>",
        "ptr<list>",
    ] {
        let mut ty = start.to_owned();
        for step in 0.. {
            let text = format!("(a: {ty}) -> {ty}");
            let checked = draft(&[("f", &text)], &[("r", &[("x", "u8")])]).check();
            let Err(faults) = checked else { break };
            assert!(step < 3, "`{start}` leads to `{ty}` again: {faults:?}");
            // The suggested type is in the first pair of backticks, and replaces the faulty one.
            let Fault { place: Place::Export(0, range), remedy, .. } = &faults[0] else { panic!() };
            let suggested = remedy.split('`').nth(1);
            let suggested = suggested.unwrap_or_else(|| panic!("{remedy} suggests no type"));
            let begin = range.start - "(a: ".len();
            ty.replace_range(begin..begin + range.len(), suggested);
        }
    }
}

#[test]
fn lists_need_memory_of_the_guest() {
    let needs = |export: &str, import: &str| {
        let mut draft = draft(&[("f", export)], &[]);
        draft.imports = vec![("host".to_owned(), vec![pair("g", import)])];
        draft.check().expect("the contract is valid").needs_allocator()
    };
    assert!(needs("(a: list<u8>)", "()"));
    assert!(needs("()", "() -> list<u8>"));
    assert!(!needs("() -> list<u8>", "(a: list<u8>)"), "the guest allocates both lists");
}

#[test]
fn a_fault_inside_a_faulty_type_is_reported_once() {
    let wrong =
        draft(&[("f", "(p: ptr<a>, q: ptr<b>)")], &[("a", &[("x", "i32")]), ("b", &[("a", "a")])]);
    assert_eq!(faults(&wrong), ["records.a.x: there is no type `i32` (did you mean `s32`?)"]);
}

#[test]
fn duplicate_names_are_faults() {
    let section = br#"{"schema": 1, "exports": {"f": "()", "g": "()", "f": "()"}}"#;
    let Err(Broken::Faulty { first, count: 1 }) = Contract::from_section(section) else { panic!() };
    assert!(first.contains("two exports `f`"), "{first}");
}

/// Contracts of untrusted modules are read too: random changes of a valid section must not panic.
#[test]
fn random_sections_are_read_or_refused() {
    let mut whole = draft(
        &[("greet", "(name: string, p: ptr<point>) -> string"), ("f", "(a: f64) -> bool")],
        &[("point", &[("x", "s32"), ("y", "list<u8, 16>")])],
    );
    whole.imports = vec![("host".to_owned(), vec![pair("log", "(message: string)")])];
    let whole = whole.check().expect("the contract is valid").to_section();
    let words: Vec<&[u8]> = vec![
        b"(", b")", b"<", b">", b",", b":", b"->", b"\"", b"{", b"ptr<", b"list<", b"-", b"\\u",
    ];
    let mut read = 0;
    for seed in 0..20_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut bytes = whole.clone();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..bytes.len());
            match random.u8(..4) {
                0 => bytes[at] = random.u8(..),
                1 => bytes.truncate(at + 1),
                2 => drop(
                    bytes
                        .splice(at..at, random.choice(&words).into_iter().flat_map(|w| w.to_vec())),
                ),
                _ => drop(bytes.drain(at..bytes.len().min(at + random.usize(..9)))),
            }
            if bytes.is_empty() {
                bytes.push(b'{');
            }
        }
        match Contract::from_section(&bytes) {
            Ok(contract) => {
                read += 1;
                assert_eq!(Contract::from_section(&contract.to_section()), Ok(contract), "{seed}");
            }
            Err(broken) => assert!(!broken.to_string().is_empty()),
        }
    }
    assert!(read > 100, "only {read} could be read");
}

#[test]
fn huge_and_deeply_nested_sections_are_refused_in_time() {
    let wrap = |before: &str, count: usize, after: &str| {
        format!("(a: {}u8{})", before.repeat(count), after.repeat(count))
    };
    let record = |name: usize, fields: &str| format!("\"r{name}\": [{fields}]");
    let field = |name: &str, ty: usize| format!("{{\"name\": \"{name}\", \"type\": \"r{ty}\"}}");
    let section = |exports: &str, records: &[String]| {
        let exports = exports.replace('\n', " ");
        format!(
            "{{\"schema\": 1, \"exports\": {{{exports}}}, \"records\": {{{}}}}}",
            records.join(", ")
        )
    };
    let export = |text: &str| section(&format!("\"f\": \"{text}\""), &[]);
    // Each record contains the one before twice, so that the last one has 2¹⁰⁰⁰⁰ scalars.
    let doubled = |count: usize| -> Vec<String> {
        let first = "\"r0\": [{\"name\": \"x\", \"type\": \"u8\"}]".to_owned();
        let next =
            (1..count).map(|at| record(at, &[field("x", at - 1), field("y", at - 1)].join(", ")));
        std::iter::once(first).chain(next).collect()
    };
    let circles: Vec<_> = (0..10_000)
        .map(|at| record(at, &[field("x", (at + 1) % 10_000), field("y", 0)].join(", ")))
        .collect();
    let unknown: Vec<_> = (0..20_000).map(|at| record(at, &field("x", at + 1_000_000))).collect();
    for bytes in [
        "[".repeat(1 << 20),
        "{\"schema\":".repeat(100_000),
        " ".repeat(1 << 20),
        " ".repeat((1 << 20) + 1),
        export(&wrap("ptr<", 200_000, ">")),
        export(&wrap("ptr<list<", 100_000, ",1>>")),
        export(&wrap("(", 200_000, ")")),
        export(&"(a: i32, ".repeat(100_000)),
        export(&format!("({})", "a: s32, ".repeat(100_000))),
        export(&format!("({}: s32)", "a-".repeat(300_000))),
        export(&"- ".repeat(300_000)),
        export(&format!("({}", " ".repeat(900_000))),
        export(&format!("(a: ptr<list<u8, {}>>)", "9".repeat(900_000))),
        section("", &doubled(10_000)),
        section("", &circles),
        section("", &unknown),
    ] {
        let start = Instant::now();
        let broken = Contract::from_section(bytes.as_bytes()).expect_err("it is too much");
        assert!(broken.to_string().len() < 3 << 20);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(5), "{took:?} for {}…", &bytes[..60]);
    }
    // Nearly the maximum depth: thirty records, each contained twice in the next.
    let deep = Contract::from_section(section("", &doubled(30)).as_bytes());
    let deep = deep.expect("that much is taken");
    assert_eq!(deep.record("r29").expect("it is there").layout().size_bytes, 1 << 29);
    assert!(!format!("{deep:?}").is_empty());
    assert_eq!(Contract::from_section(&deep.to_section()), Ok(deep));
}

#[test]
fn the_most_similar_name_is_found() {
    assert_eq!(nearest("exprots", ["exports", "imports", "records"]), Some("exports"));
}

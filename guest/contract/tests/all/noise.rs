//! Random CALLs: each text is either parsed, or has a fault with a place inside the text.

use polyreactor_contract::{Call, CallText, Contract, Draft, Fault, Place};

fn contract() -> Contract {
    let mut draft = Draft::default();
    let text = "(a: s32, b: string, c: list<u8>, d: ptr<point>, e: f32, f: bool)";
    draft.exports.push(("f".to_owned(), text.to_owned()));
    let fields = [("x", "s8"), ("y", "u64")].map(|(name, ty)| (name.to_owned(), ty.to_owned()));
    draft.records.push(("point".to_owned(), fields.into()));
    draft.check().unwrap()
}

#[test]
fn random_calls_are_parsed_or_refused() {
    let contract = contract();
    let signature = contract.export("f").unwrap();
    let whole = r#"f(-5, "a \"größe\" \u{1f980}", [255, 0, 7,], {x: 1, y: 2}, nan:0x1, true)"#;
    assert!(Call::parse(whole).unwrap().arguments(signature).is_ok());
    let words =
        ["(", ")", "[", "]", "{", "}", ",", ":", "\"", "'", "\\", "nan:", "-", "é", " ", "%"];
    let (mut read, mut refused) = (0, 0);
    for seed in 0..20_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut characters: Vec<char> = whole.chars().collect();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..=characters.len());
            match random.u8(..3) {
                0 => drop(characters.splice(at..at, random.choice(words).unwrap().chars())),
                1 => characters.truncate(at),
                _ => drop(characters.drain(at..characters.len().min(at + random.usize(..5)))),
            }
        }
        let text: String = characters.into_iter().collect();
        let faults = match Call::parse(&text).map_err(|fault| vec![fault]) {
            Ok(call) => match call.arguments(signature) {
                Ok(arguments) => {
                    read += 1;
                    let name = call.name();
                    let written = CallText { name, arguments: &arguments }.to_string();
                    let again = Call::parse(&written).unwrap();
                    assert_eq!(again.arguments(signature).as_ref(), Ok(&arguments), "{text}");
                    continue;
                }
                Err(faults) => faults,
            },
            Err(faults) => faults,
        };
        refused += 1;
        assert!(!faults.is_empty(), "{text}");
        for fault in faults {
            assert!(text.get(fault.place.clone()).is_some(), "{text}: {fault:?}");
            assert!(fault.render(&text, Some("calls.txt"), 1).contains(&fault.remedy), "{text}");
        }
    }
    assert!(read > 500 && refused > 5000, "{read} read, {refused} refused");
}

#[test]
fn deeply_nested_brackets_are_refused() {
    for bracket in ["(", "[", "{a: ", "[{a: ", "some("] {
        let deep = format!("f({}", bracket.repeat(100_000));
        let fault = Call::parse(&deep).unwrap_err();
        assert!(fault.cause.contains("nested"), "{bracket}: {fault}");
    }
}

#[test]
fn a_fault_keeps_cause_and_remedy_at_another_place() {
    let fault = Call::parse("f(").unwrap_err();
    let moved: Fault<Place> = fault.clone().map(|range| Place::Export(3, range));
    assert_eq!(moved.place, Place::Export(3, fault.place));
    assert_eq!((moved.cause, moved.remedy), (fault.cause, fault.remedy));
}

//! The same calls of built guests in each foreign host and in our own: ends, results and output must
//! be equal. The guests lie in the folder that the variable `POLYREACTOR_GUESTS` names, or in
//! `target/guests`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use polyreactor_contract::{Call, Outcome};
use polyreactor_host::{
    CallError, Capture, Engine, EngineConfig, InstanceConfig, Linker, Missing, Output, Reactor,
};
use polyreactor_parity::foreign::{
    ForeignCall, ForeignEnd, ForeignHost, ForeignOutcome, ForeignType, ForeignValue, Settings,
};

use super::{host, skip};

/// The seed of random numbers, in all hosts.
const SEED: u64 = 7;

/// A guest; `None` where the test has to be skipped.
fn guest(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("POLYREACTOR_GUESTS").filter(|folder| !folder.is_empty());
    let folder = folder.map_or_else(|| Path::new("target/guests").into(), PathBuf::from);
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = repository.join(folder).join(format!("{name}.wasm"));
    if !file.is_file() {
        skip(&format!("no guest {}: run `cargo xtask build-guests`", file.display()));
        return None;
    }
    Some(file)
}

/// Calls on one instance.
type Calls = Vec<ForeignCall>;

/// The call of an export whose parameters are all i32.
fn i32s(name: &str, args: &[i32], result: Option<ForeignType>) -> ForeignCall {
    let args = args.iter().map(|number| ForeignValue::I32(*number)).collect();
    ForeignCall::new(name, args, result)
}

const I32: Option<ForeignType> = Some(ForeignType::I32);

/// How a call ended in our host, in the words of foreign outcomes.
#[derive(Clone)]
struct Ours {
    kind: &'static str,
    /// The result, or the message of a panic.
    value: String,
    stdout: String,
    stderr: String,
}

/// What our own host does, computed once for all foreign hosts.
fn ours(file: &Path, calls: &Calls) -> Vec<Ours> {
    static KNOWN: Mutex<BTreeMap<String, Vec<Ours>>> = Mutex::new(BTreeMap::new());
    let key = format!("{} {calls:?}", file.display());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(key).or_insert_with(|| computed(file, calls)).clone()
}

fn computed(file: &Path, calls: &Calls) -> Vec<Ours> {
    let engine = Engine::new(&EngineConfig::new()).unwrap();
    let reactor = Reactor::from_file(&engine, file).unwrap();
    let linked = Linker::new(&engine).missing(Missing::Trap).link(&reactor).unwrap();
    let [stdout, stderr] = [0, 1].map(|_| Capture::new(1 << 20));
    let config = InstanceConfig::new().deterministic(SEED);
    let config = config.stdout(Output::capture(&stdout)).stderr(Output::capture(&stderr));
    let mut instance = linked.instantiate(&config).unwrap();
    let mut made = Vec::new();
    for call in calls {
        let numbers = call.args.iter().map(|arg| match arg {
            ForeignValue::I32(number) => number.to_string(),
            other => panic!("{other:?}"),
        });
        let text = format!("{}({})", call.name, numbers.collect::<Vec<_>>().join(", "));
        let parsed = Call::parse(&text).unwrap();
        let declared = reactor.contract().and_then(|contract| contract.export(&call.name));
        let mut exports = reactor.exports();
        let (_, ty) = exports.find(|(name, _)| *name == call.name).unwrap();
        let values = match declared {
            Some(signature) => parsed.arguments(signature),
            None => parsed.core_arguments(ty),
        };
        let values = values.unwrap();
        let result = instance.call_dynamic(&call.name, &values);
        let value = match &result {
            Ok(Outcome { results, .. }) => {
                results.first().map(ToString::to_string).unwrap_or_default()
            }
            Err(CallError::Panic { message, .. }) => message.clone(),
            Err(_) => String::new(),
        };
        let kind = result.as_ref().map_or_else(|error| error.kind().as_str(), |_| "returned");
        let [stdout, stderr] = [&stdout, &stderr].map(|capture| capture.take().text());
        made.push(Ours { kind, value, stdout, stderr });
        if result.is_err() {
            break;
        }
    }
    made
}

fn theirs(host: &ForeignHost, file: &Path, calls: &Calls) -> Vec<ForeignOutcome> {
    let settings = Settings { seed: SEED, ..Settings::default() };
    let mut session = host.start_with(file, settings).unwrap();
    let first = session.run(calls).unwrap();
    let second = session.run(calls).unwrap();
    assert_eq!(first, second, "a second instance behaves differently");
    first
}

fn value(end: &ForeignEnd) -> String {
    match end {
        ForeignEnd::Returned { value: Some(ForeignValue::I32(number)), .. } => number.to_string(),
        ForeignEnd::Returned { value: Some(ForeignValue::I64(number)), .. } => number.to_string(),
        ForeignEnd::Panic { message } => message.clone(),
        _ => String::new(),
    }
}

/// The differences between the two hosts, as text.
fn differences(host: &ForeignHost, name: &str, calls: &Calls) -> Vec<String> {
    let Some(file) = guest(name) else { return Vec::new() };
    let (ours, theirs) = (ours(&file, calls), theirs(host, &file, calls));
    let mut found = Vec::new();
    let mut differ = |call: &str, what: &str, our: &str, their: &str| {
        if our != their {
            found.push(format!("{} {name} {call}: {what} {our:?}, {their:?}", host.name));
        }
    };
    differ("", "count", &ours.len().to_string(), &theirs.len().to_string());
    for (our, their) in ours.iter().zip(&theirs) {
        differ(&their.name, "kind", our.kind, their.end.kind());
        differ(&their.name, "value", &our.value, &value(&their.end));
        differ(&their.name, "stdout", &our.stdout, &String::from_utf8_lossy(&their.stdout));
        differ(&their.name, "stderr", &our.stderr, &String::from_utf8_lossy(&their.stderr));
    }
    found
}

/// The one difference that is known: without the address of a fault, this looks like any other.
const KNOWN: &str = "rust/faults recurses_wide: kind \"stack-overflow\", \"trap\"";

fn check(name: &str) {
    let Some(host) = host(name) else { return };
    let found: Vec<_> = cases()
        .iter()
        .flat_map(|(guest, calls)| differences(&host, guest, calls))
        .filter(|found| name == "wasmtime-py" || !found.ends_with(KNOWN))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn cases() -> Vec<(&'static str, Calls)> {
    let mut cases = vec![(
        "go/counter",
        vec![
            i32s("inc", &[1], I32),
            i32s("inc", &[21], I32),
            i32s("add", &[i32::MAX, 1], I32),
            i32s("inc", &[-42], I32),
        ],
    )];
    for (guest, traps) in [("rust/faults", None), ("zig/faults", Some(ForeignType::I64))] {
        let mut case = |calls| cases.push((guest, calls));
        case(vec![
            i32s("alive", &[], I32),
            i32s("began", &[], I32),
            i32s("prints", &[3], I32),
            i32s("prints_a_piece", &[], None),
            i32s("fingerprint", &[], Some(ForeignType::I64)),
            i32s("reads", &[], I32),
            i32s("sleeps", &[250], I32),
            i32s("fingerprint", &[], Some(ForeignType::I64)),
            i32s("opens", &[0], I32),
            i32s("finds", &[1], I32),
            i32s("creates", &[], I32),
            i32s("descends", &[100], I32),
            i32s("panics", &[7], None),
        ]);
        case(vec![i32s("alive", &[], I32), i32s("traps", &[], traps)]);
        for status in [0, 2, 300] {
            case(vec![i32s("exits", &[status], None)]);
        }
        case(vec![i32s("hoards", &[], None)]);
        case(vec![i32s("asks", &[0, 1], I32)]);
        case(vec![i32s("recurses", &[], I32)]);
        case(vec![i32s("recurses_wide", &[], I32)]);
        case(vec![i32s("recurses_filled", &[], I32)]);
    }
    cases
}

#[test]
fn node_agrees() {
    check("node");
}

#[test]
fn wasmtime_py_agrees() {
    check("wasmtime-py");
}

#[test]
fn wazero_agrees() {
    check("wazero");
}

#[test]
fn what_lies_behind_a_pointer_comes_back() {
    let Some(file) = guest("go/wordcount") else { return };
    for host in ForeignHost::NAMES.into_iter().filter_map(host) {
        let before = ForeignValue::Pointer { align_bytes: 8, bytes: vec![0; 24] };
        let count = ForeignCall::new("count", vec!["one two\nthree".into(), before], None);
        let outcomes = host.start(&file).unwrap().run(&[count]).unwrap();
        let ForeignEnd::Returned { pointers, .. } = &outcomes[0].end else {
            panic!("{outcomes:?}")
        };
        let [ForeignValue::Pointer { bytes, .. }] = &pointers[..] else { panic!("{pointers:?}") };
        let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        // The words, the longest word, and the total.
        assert_eq!([u32_at(0), u32_at(8), u32_at(16)], [3, 5, 3], "{}", host.name);
        let json = serde_json::to_string(&outcomes).unwrap();
        let read: Vec<ForeignOutcome> = serde_json::from_str(&json).unwrap();
        assert_eq!(read, outcomes, "{json}");
    }
}

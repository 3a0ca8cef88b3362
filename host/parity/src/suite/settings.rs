//! The keys at the top of a suite.

use std::path::{Component, Path};
use std::time::Duration;

use polyreactor_contract::quote;
use toml::de::DeTable;

use super::reader::{Reader, Value, in_order};
use super::{Nans, Suite, allow, case, import, property, resources};

/// All keys at the top.
const KEYS: [&str; 16] = [
    "seed",
    "sequences",
    "calls",
    "timeout_ms",
    "memory",
    "messages",
    "nan",
    "languages",
    "tests",
    "env",
    "directory",
    "case",
    "property",
    "import",
    "allow",
    "resources",
];

/// The languages of implementations.
pub(super) const LANGUAGES: [&str; 3] = ["rust", "go", "zig"];

/// Reads a suite. Where a value is faulty, the suite has its default.
pub(super) fn read(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Suite {
    let mut suite = Suite::default_for(reader.interface);
    let (mut has_properties, mut allowances) = (false, None);
    for (key, value) in in_order(table) {
        let name: &str = key.get_ref();
        match name {
            "seed" => suite.seed = reader.whole(value, 0..=u64::MAX, "write `seed = 7`"),
            "sequences" => {
                let found = reader.whole(value, 0..=u32::MAX.into(), "write `sequences = 2000`");
                suite.sequences = found.unwrap_or(suite.sequences);
            }
            "calls" => {
                let found = reader.whole(value, 1..=10_000, "write `calls = 50`");
                suite.calls = found.unwrap_or(suite.calls);
            }
            "timeout_ms" => {
                let form = "write `timeout_ms = 2000`";
                let found = reader.whole(value, 1..=86_400_000, form);
                suite.timeout = found.map_or(suite.timeout, Duration::from_millis);
            }
            "memory" => suite.memory_bytes = memory(reader, value),
            "messages" => {
                let found = reader.bool(value, "write `messages = true`");
                suite.messages = found.unwrap_or_default();
            }
            "nan" => suite.nan = nan(reader, value).unwrap_or_default(),
            "languages" => suite.languages = languages(reader, value),
            "tests" => {
                let names = reader.texts(value, "write `tests = [\"counter_tests\"]`");
                suite.tests = names.into_iter().map(|name| name.text.to_owned()).collect();
            }
            "env" => env(reader, value, &mut suite),
            "directory" => suite.directory = directory(reader, value),
            "case" => suite.cases = case::read(reader, value),
            "property" => {
                has_properties = true;
                suite.properties = property::read(reader, value);
            }
            "import" => suite.imports = import::read(reader, value),
            "allow" => allowances = Some(value),
            "resources" => suite.resources = resources::read(reader, value),
            _ => reader.unknown(key, &KEYS),
        }
    }
    if has_properties && suite.properties.is_empty() {
        suite.properties.push(property::Property::any_sequence(reader.interface));
    }
    // An allowance names cases and properties that may stand below it.
    if let Some(value) = allowances {
        let cases = suite.cases.iter().map(|case| case.name.clone());
        let properties = suite.properties.iter().map(|property| property.name.clone());
        let names: Vec<_> = cases.chain(properties).collect();
        suite.allowances = allow::read(reader, value, &names);
    }
    suite
}

fn memory(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<u64> {
    const FORM: &str = "write `memory = \"256MiB\"`; the units are KiB, MiB and GiB";
    let text = reader.text(value, FORM)?;
    let digits = text.text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.text.split_at(digits);
    let unit = match unit.trim_start() {
        "KiB" => Some(1_u64 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit?));
    // A memory has 4 GiB at most.
    let bytes = bytes.filter(|bytes| (1..=1 << 32).contains(bytes));
    if bytes.is_none() {
        let cause = format!("`{}` is no size of a memory", quote::excerpt(text.text));
        reader.fault(text.place, cause, FORM);
    }
    bytes
}

fn nan(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Nans> {
    let text = reader.text(value, "write `nan = \"bits\"`")?;
    match reader.word(&text, &["one", "bits"], "way to compare NaNs")? {
        "bits" => Some(Nans::Bits),
        _ => Some(Nans::One),
    }
}

/// The names of languages in a list.
pub(super) fn languages(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Vec<String>> {
    let texts = reader.texts(value, "write `languages = [\"rust\", \"go\"]`");
    let words = texts.iter().filter_map(|text| reader.word(text, &LANGUAGES, "language"));
    Some(words.map(str::to_owned).collect())
}

fn env(reader: &mut Reader<'_>, value: &Value<'_>, suite: &mut Suite) {
    const FORM: &str = "write `env = { NAME = \"value\" }`";
    for (key, value) in reader.table(value, FORM) {
        let name: &str = key.get_ref();
        if name.is_empty() || name.contains(['=', '\0']) {
            let cause = format!("`{}` cannot name a variable", quote::excerpt(name));
            reader.fault(key.span(), cause, "use a name without `=`");
        }
        let Some(text) = reader.text(value, FORM) else { continue };
        if text.text.contains('\0') {
            reader.fault(text.place, "a variable cannot contain a zero byte", "leave it out");
            continue;
        }
        suite.env.insert(name.to_owned(), text.text.to_owned());
    }
}

fn directory(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<String> {
    const FORM: &str = "write `directory = \"fixtures\"`, a folder beside this file";
    let text = reader.text(value, FORM)?;
    let is_inside = |component| matches!(component, Component::Normal(_) | Component::CurDir);
    // A backslash separates folders on Windows only.
    let fits = !text.text.contains(['\\', '\0'])
        && !text.text.is_empty()
        && Path::new(text.text).components().all(is_inside);
    if !fits {
        let cause = format!("`{}` is no path of a folder here", quote::excerpt(text.text));
        reader.fault(text.place, cause, FORM);
        return None;
    }
    Some(text.text.to_owned())
}

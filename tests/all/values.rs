//! Bools, strings, lists and records, in our host and with the guest package of each language:
//! values arrive unchanged on either side, and invalid values are refused.

mod names;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use polyreactor_contract::SECTION;
use polyreactor_host::{
    BadValue, CallError, Caller, Engine, EngineConfig, Instance, InstanceConfig, Linked, Linker,
    Pointer, Reactor, Val,
};
use polyreactor_tests::faults::LANGUAGES;
use polyreactor_tests::{guest, trial};
use rich::{Point, Shape};

/// The name of a test, and the test for one language.
type Case = (&'static str, fn(&Rich) -> Result<()>);

const CASES: [Case; 8] = [
    ("strings_arrive_unchanged", strings),
    ("lists_arrive_unchanged", lists),
    ("records_arrive_unchanged", records),
    ("the_memory_of_arguments_is_freed", memory),
    ("bad_arguments_end_in_a_panic_that_names_the_export", bad_arguments),
    ("a_double_free_is_a_panic", double_free),
    ("dynamic_calls_follow_the_contract", by_the_contract),
    ("thousands_of_calls_of_one_instance_succeed", repeated_calls),
];

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for language in LANGUAGES {
        let name = format!("values::{language}::exports_may_have_the_names_of_libc_functions");
        trials.push(trial(name, move || names::names(language)));
        for (name, case) in CASES {
            let run = move || case(&linked(language, Contract::Kept)?);
            trials.push(trial(format!("values::{language}::{name}"), run));
        }
    }
    Ok(trials)
}

/// Whether the host sees the plugin's contract.
enum Contract {
    Kept,
    /// The host then knows only core types, and passes values that the contract would not allow.
    Stripped,
}

fn linked(language: &'static str, contract: Contract) -> Result<Rich> {
    let scale = |caller: &mut Caller<'_>, p: Pointer<Point>, by: f64| -> Result<(), BadValue> {
        let Point { x, y } = p.read(caller)?;
        p.write(caller, &Point { x: (f64::from(x) * by) as i32, y: y * by })
    };
    let bump = |caller: &mut Caller<'_>, p: Pointer<i32>| -> Result<(), BadValue> {
        let number = p.read(caller)?;
        p.write(caller, &(number + 1))
    };
    let engine = Engine::new(&EngineConfig::new())?;
    let mut linker = Linker::new(&engine);
    linker
        .func("host", "log", |_: &mut Caller<'_>, _: String| {})?
        .func("host", "name", |_: &mut Caller<'_>| "größe\0🦀".to_owned())?
        .func("host", "flip", |_: &mut Caller<'_>, b: bool| !b)?
        .func("host", "scale", scale)?
        .func("host", "bump", bump)?
        .func("host", "sorted", |_: &mut Caller<'_>, mut numbers: Vec<f64>| {
            numbers.sort_by(f64::total_cmp);
            numbers
        })?;
    let bytes = std::fs::read(guest(&format!("{language}/rich"))?)?;
    let reactor = match contract {
        Contract::Kept => Reactor::from_bytes(&engine, bytes)?,
        Contract::Stripped => Reactor::from_bytes(&engine, without_contract(&bytes)?)?,
    };
    Ok(Rich { language, linked: linker.link(&reactor)?, reactor })
}

/// The plugin `rich` in one language.
struct Rich {
    language: &'static str,
    reactor: Reactor,
    linked: Linked,
}

/// The module with the section of its contract renamed, so that the host does not find it.
fn without_contract(bytes: &[u8]) -> Result<Vec<u8>> {
    let name = SECTION.as_bytes();
    let at = bytes.windows(name.len()).position(|window| window == name);
    let at = at.context("the module has no contract")?;
    let mut bytes = bytes.to_vec();
    bytes[at] = b'-';
    Ok(bytes)
}

fn start(rich: &Rich) -> Result<Instance> {
    Ok(rich.linked.instantiate(&InstanceConfig::new().no_timeout())?)
}

fn strings(rich: &Rich) -> Result<()> {
    let mut rich = start(rich)?;
    let long = "0123456789abcdef".repeat(60 << 16);
    for text in ["", "bob", "a\0b", "größe 🦀", "\u{feff}", &long] {
        let greeting: String = rich.call("greet", (text,))?;
        ensure!(greeting == format!("hello {text}"), "{} of {} bytes", text.len(), greeting.len());
    }
    let introduced: String = rich.call("introduce", ())?;
    ensure!(introduced == "run by größe\0🦀", "{introduced:?}");
    Ok(())
}

/// Lists of up to 50 MB from the host to the guest and back; a list to a host function and back.
fn lists(rich: &Rich) -> Result<()> {
    let mut rich = start(rich)?;
    for len in [0, 1, 3, 65_536, 50_000_000] {
        let image: Vec<u8> = (0..len).map(|index: u32| index as u8).collect();
        let inverted: Vec<u8> = rich.call("invert", (&*image,))?;
        let is_inverted = image.iter().zip(&inverted).all(|(byte, inverted)| !byte == *inverted);
        ensure!(is_inverted && inverted.len() == image.len(), "{} of {len}", inverted.len());
    }
    let numbers = [f64::INFINITY, -0.0, 2.5, f64::NEG_INFINITY, 0.0];
    let median: f64 = rich.call("median", (&numbers[..],))?;
    ensure!(median.to_bits() == 0.0_f64.to_bits(), "{median:?}");
    let none: f64 = rich.call("median", (&numbers[..0],))?;
    ensure!(none.is_nan());
    let bytes = Val::from(vec![Val::U8(255), Val::U8(0), Val::U8(7)]);
    let outcome = rich.call_dynamic("invert", &[bytes])?;
    ensure!(outcome.results[0].to_string() == "[0, 255, 248]", "{outcome:?}");
    Ok(())
}

fn records(rich: &Rich) -> Result<()> {
    let mut rich = start(rich)?;
    for (x, y) in [(1, 2.5), (i32::MIN, f64::MIN_POSITIVE), (-7, -0.0), (0, f64::INFINITY)] {
        let mut point = Point { x, y };
        rich.call::<()>("scale", (&mut point, 1.0))?;
        ensure!((point.x, point.y.to_bits()) == (x, y.to_bits()), "{point:?}");
    }
    let origin = Point { x: 1, y: 2.5 };
    let mut shape = Shape { origin, sides: [1.0, 2.0, 3.0, 4.5], filled: false };
    ensure!(rich.call::<f64>("perimeter", (&shape,))? == 10.5);
    rich.call::<()>("stretch", (&mut shape, 2.0))?;
    let stretched =
        Shape { origin: Point { x: 2, y: 5.0 }, sides: [2.0, 4.0, 6.0, 9.0], filled: false };
    ensure!(shape == stretched, "{shape:?}");
    shape.filled = true;
    ensure!(rich.call::<f64>("perimeter", (&shape,))? == 0.0);
    ensure!(rich.call::<i32>("next", (41,))? == 42 && rich.call::<bool>("agree", (true,))?);
    Ok(())
}

/// 100 arguments of 1 MiB: if their memory leaked, the limit of 32 MiB would be exceeded.
fn memory(rich: &Rich) -> Result<()> {
    let mut rich =
        rich.linked.instantiate(&InstanceConfig::new().no_timeout().max_memory_bytes(32 << 20))?;
    let text = "x".repeat(1 << 20);
    for _ in 0..100 {
        let greeting: String = rich.call("greet", (&*text,))?;
        ensure!(greeting.len() == "hello ".len() + text.len());
    }
    Ok(())
}

/// Passes core values, as a host that knows no contract does.
fn bad_arguments(rich: &Rich) -> Result<()> {
    let plugin = linked(rich.language, Contract::Stripped)?;
    let i32s = |values: &[i32]| values.iter().copied().map(Val::S32).collect::<Vec<_>>();
    let end = i32::MAX - 7;
    let cases = [
        ("flip", i32s(&[2])),
        ("flip", i32s(&[256])),
        ("flip", i32s(&[-1])),
        ("bump", i32s(&[0])),
        ("bump", i32s(&[1022])),
        ("bump", i32s(&[end])),
        ("bump", i32s(&[-4])),
        ("perimeter", i32s(&[0])),
        ("perimeter", i32s(&[1028])),
        ("greet", i32s(&[0, 3])),
        ("greet", i32s(&[end, 3])),
        ("greet", i32s(&[8, -1])),
        ("greet", i32s(&[-1, 3])),
        ("invert", i32s(&[0, 3])),
        ("invert", i32s(&[end, 9])),
        ("invert", i32s(&[8, -1])),
        ("median", i32s(&[0, 1])),
        ("median", i32s(&[1028, 1])),
        ("median", i32s(&[8, i32::MAX])),
    ];
    for (export, values) in cases {
        let mut rich = start(&plugin)?;
        let outcome = rich.call_dynamic(export, &values);
        let Err(CallError::Panic { message, .. }) = &outcome else {
            anyhow::bail!("{export}{values:?}: {outcome:?}");
        };
        ensure!(message.contains(export), "{export}{values:?}: {message}");
        ensure!(matches!(
            rich.call_dynamic("next", &[Val::S32(1)]),
            Err(CallError::Poisoned { .. })
        ));
    }
    not_utf8(&plugin)
}

fn not_utf8(rich: &Rich) -> Result<()> {
    // The first is a lone surrogate.
    for bytes in [[0xed, 0xa0, 0x80], [0xff, 0xff, 0xff], [b'a', 0xc3, 0x28]] {
        let mut rich = start(rich)?;
        let block: Pointer<[u8; 3]> = rich.call("polyreactor_alloc", (3, 1))?;
        block.write(&mut rich, &bytes)?;
        let outcome = rich.call_dynamic("greet", &[Val::from(block.address()), Val::S32(3)]);
        let Err(CallError::Panic { message, .. }) = &outcome else {
            anyhow::bail!("{bytes:?}: {outcome:?}");
        };
        ensure!(message.contains("greet") && message.contains("UTF-8"), "{bytes:?}: {message}");
    }
    Ok(())
}

fn double_free(rich: &Rich) -> Result<()> {
    let mut rich = start(rich)?;
    let taken = rich.call_dynamic("polyreactor_alloc", &[Val::S32(16), Val::S32(8)])?;
    let address = taken.results.first().context("an address")?.clone();
    let block = [address, Val::S32(16), Val::S32(8)];
    rich.call_dynamic("polyreactor_free", &block)?;
    let outcome = rich.call_dynamic("polyreactor_free", &block);
    let Err(CallError::Panic { message, .. }) = &outcome else { anyhow::bail!("{outcome:?}") };
    ensure!(message.contains("polyreactor_free"), "{message}");
    Ok(())
}

fn by_the_contract(plugin: &Rich) -> Result<()> {
    let mut rich = start(plugin)?;
    let contract = plugin.reactor.contract().context("the module has no contract")?;
    ensure!(contract.exports().len() == 11 && contract.imports().len() == 6);
    let point =
        Val::Record(vec![("x".to_owned(), Val::S32(1)), ("y".to_owned(), Val::from(2.5_f64))]);
    let scaled = rich.call_dynamic("scale", &[point.clone(), Val::from(2_f64)])?;
    let [(name, value)] = &scaled.changed[..] else { anyhow::bail!("{scaled:?}") };
    ensure!((&**name, &*value.to_string()) == ("p", "{x: 2, y: 5}"), "{scaled:?}");
    let flipped = rich.call_dynamic("flip", &[Val::Bool(true)])?;
    ensure!(flipped.results == [Val::Bool(false)], "{flipped:?}");
    // A refused call does not reach the guest and does not poison the instance.
    let wrong = rich.call_dynamic("flip", &[Val::S32(1)]);
    ensure!(matches!(wrong, Err(CallError::NotAsDeclared { .. })), "{wrong:?}");
    let wrong = rich.call::<()>("scale", (&shape(), 1.0));
    ensure!(matches!(wrong, Err(CallError::NotAsDeclared { .. })), "{wrong:?}");
    ensure!(rich.call::<i32>("next", (1,))? == 2);
    Ok(())
}

fn shape() -> Shape {
    Shape { origin: Point { x: 0, y: 0.0 }, sides: [0.0; 4], filled: false }
}

fn repeated_calls(rich: &Rich) -> Result<()> {
    let mut rich = start(rich)?;
    for number in 0..2_000 {
        let name = format!("number {number}");
        let greeting: String = rich.call("greet", (&*name,))?;
        ensure!(greeting == format!("hello {name}"), "{greeting}");
        let mut point = Point { x: number, y: f64::from(number) };
        rich.call::<()>("scale", (&mut point, 3.0))?;
        ensure!(point == Point { x: number * 3, y: f64::from(number * 3) }, "{point:?}");
        ensure!(rich.call::<i32>("next", (number,))? == number + 1);
    }
    Ok(())
}

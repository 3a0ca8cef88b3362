//! Values that are more than numbers, through our host and the packages of each language: what
//! arrives at either end, and what happens to values that are none.

mod names;

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use polyreactor_host::{
    BadValue, Caller, Engine, Error, Instance, InstanceConfig, Pointer, Reactor, Val,
};
use polyreactor_tests::faults::LANGUAGES;
use polyreactor_tests::{guest, trial};
use rich::{Point, Shape};

/// A thing to try, and the name of it.
type Case = (&'static str, fn(&Reactor) -> Result<()>);

const CASES: [Case; 7] = [
    ("texts_arrive_whole", texts),
    ("records_arrive_whole", records),
    ("memory_is_given_back", memory),
    ("bad_arguments_end_in_a_panic_that_names_the_export", bad_arguments),
    ("what_is_freed_twice_is_told", freed_twice),
    ("a_contract_says_what_is_passed", by_the_contract),
    ("all_is_called_again_and_again", again_and_again),
];

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for language in LANGUAGES {
        let name = format!("values::{language}::exports_may_be_called_like_functions_of_libc");
        trials.push(trial(name, move || names::names(language)));
        for (name, case) in CASES {
            let run = move || case(&reactor(language)?);
            trials.push(trial(format!("values::{language}::{name}"), run));
        }
    }
    Ok(trials)
}

fn reactor(language: &str) -> Result<Reactor> {
    let scale = |caller: &mut Caller<'_>, p: Pointer<Point>, by: f64| -> Result<(), BadValue> {
        let Point { x, y } = p.read(caller)?;
        p.write(caller, &Point { x: (f64::from(x) * by) as i32, y: y * by })
    };
    let bump = |caller: &mut Caller<'_>, p: Pointer<i32>| -> Result<(), BadValue> {
        let number = p.read(caller)?;
        p.write(caller, &(number + 1))
    };
    let engine = Engine::builder()?
        .function("host", "log", |_: &mut Caller<'_>, _: String| {})?
        .function("host", "name", |_: &mut Caller<'_>| "größe\0🦀".to_owned())?
        .function("host", "flip", |_: &mut Caller<'_>, b: bool| !b)?
        .function("host", "scale", scale)?
        .function("host", "bump", bump)?
        .build();
    Ok(Reactor::from_file(&engine, guest(&format!("{language}/rich"))?)?)
}

fn start(reactor: &Reactor) -> Result<Instance> {
    Ok(reactor.instantiate(&InstanceConfig::new().no_timeout())?)
}

fn texts(reactor: &Reactor) -> Result<()> {
    let mut rich = start(reactor)?;
    let long = "0123456789abcdef".repeat(60 << 16);
    for text in ["", "bob", "a\0b", "größe 🦀", "\u{feff}", &long] {
        let answer: String = rich.invoke("greet", (text,))?;
        ensure!(answer == format!("hello {text}"), "{} of {} bytes", text.len(), answer.len());
    }
    let introduced: String = rich.invoke("introduce", ())?;
    ensure!(introduced == "run by größe\0🦀", "{introduced:?}");
    Ok(())
}

fn records(reactor: &Reactor) -> Result<()> {
    let mut rich = start(reactor)?;
    for (x, y) in [(1, 2.5), (i32::MIN, f64::MIN_POSITIVE), (-7, -0.0), (0, f64::INFINITY)] {
        let mut point = Point { x, y };
        rich.invoke::<()>("scale", (&mut point, 1.0))?;
        ensure!((point.x, point.y.to_bits()) == (x, y.to_bits()), "{point:?}");
    }
    let origin = Point { x: 1, y: 2.5 };
    let mut shape = Shape { origin, sides: [1.0, 2.0, 3.0, 4.5], filled: false };
    ensure!(rich.invoke::<f64>("perimeter", (&shape,))? == 10.5);
    rich.invoke::<()>("stretch", (&mut shape, 2.0))?;
    let stretched =
        Shape { origin: Point { x: 2, y: 5.0 }, sides: [2.0, 4.0, 6.0, 9.0], filled: false };
    ensure!(shape == stretched, "{shape:?}");
    shape.filled = true;
    ensure!(rich.invoke::<f64>("perimeter", (&shape,))? == 0.0);
    ensure!(rich.invoke::<i32>("next", (41,))? == 42 && rich.invoke::<bool>("agree", (true,))?);
    Ok(())
}

/// A leak of what is lent would take more than there may be.
fn memory(reactor: &Reactor) -> Result<()> {
    let mut rich = reactor.instantiate(&InstanceConfig::new().no_timeout().memory(32 << 20))?;
    let text = "x".repeat(1 << 20);
    for _ in 0..100 {
        let answer: String = rich.invoke("greet", (&*text,))?;
        ensure!(answer.len() == "hello ".len() + text.len());
    }
    Ok(())
}

/// By core values, as a host without a contract would pass them.
fn bad_arguments(reactor: &Reactor) -> Result<()> {
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
    ];
    for (export, values) in cases {
        let mut rich = start(reactor)?;
        let came = rich.call(export, &values);
        let Err(Error::Panic { message, .. }) = &came else {
            anyhow::bail!("{export}{values:?}: {came:?}");
        };
        ensure!(message.contains(export), "{export}{values:?}: {message}");
        ensure!(matches!(rich.call("next", &[Val::S32(1)]), Err(Error::Dead { .. })));
    }
    not_utf8(reactor)
}

fn not_utf8(reactor: &Reactor) -> Result<()> {
    // The first is half of a surrogate.
    for bytes in [[0xed, 0xa0, 0x80], [0xff, 0xff, 0xff], [b'a', 0xc3, 0x28]] {
        let mut rich = start(reactor)?;
        let block: Pointer<[u8; 3]> = rich.invoke("polyreactor_alloc", (3, 1))?;
        block.write(&mut rich, &bytes)?;
        let came = rich.call("greet", &[Val::from(block.address()), Val::S32(3)]);
        let Err(Error::Panic { message, .. }) = &came else {
            anyhow::bail!("{bytes:?}: {came:?}");
        };
        ensure!(message.contains("greet") && message.contains("UTF-8"), "{bytes:?}: {message}");
    }
    Ok(())
}

fn freed_twice(reactor: &Reactor) -> Result<()> {
    let mut rich = start(reactor)?;
    let taken = rich.call("polyreactor_alloc", &[Val::S32(16), Val::S32(8)])?;
    let address = taken.first().context("an address")?.clone();
    let block = [address, Val::S32(16), Val::S32(8)];
    rich.call("polyreactor_free", &block)?;
    let came = rich.call("polyreactor_free", &block);
    let Err(Error::Panic { message, .. }) = &came else { anyhow::bail!("{came:?}") };
    ensure!(message.contains("polyreactor_free"), "{message}");
    Ok(())
}

fn by_the_contract(reactor: &Reactor) -> Result<()> {
    let mut rich = start(reactor)?;
    let contract = reactor.contract().context("`build-guests` puts one into each module")?;
    ensure!(contract.exports().len() == 9 && contract.imports().len() == 5);
    let point =
        Val::Record(vec![("x".to_owned(), Val::S32(1)), ("y".to_owned(), Val::from(2.5_f64))]);
    let scaled = rich.call_declared("scale", &[point.clone(), Val::from(2_f64)])?;
    let [(name, value)] = &scaled.changed[..] else { anyhow::bail!("{scaled:?}") };
    ensure!((&**name, &*value.to_string()) == ("p", "{x: 2, y: 5}"), "{scaled:?}");
    let flipped = rich.call_declared("flip", &[Val::Bool(true)])?;
    ensure!(flipped.results == [Val::Bool(false)], "{flipped:?}");
    // What is refused is no call, and no end.
    let wrong = rich.call_declared("flip", &[Val::S32(1)]);
    ensure!(matches!(wrong, Err(Error::NotAsDeclared { .. })), "{wrong:?}");
    let wrong = rich.invoke::<()>("scale", (&shape(), 1.0));
    ensure!(matches!(wrong, Err(Error::NotAsDeclared { .. })), "{wrong:?}");
    ensure!(rich.invoke::<i32>("next", (1,))? == 2);
    Ok(())
}

fn shape() -> Shape {
    Shape { origin: Point { x: 0, y: 0.0 }, sides: [0.0; 4], filled: false }
}

fn again_and_again(reactor: &Reactor) -> Result<()> {
    let mut rich = start(reactor)?;
    for number in 0..2_000 {
        let name = format!("number {number}");
        let greeting: String = rich.invoke("greet", (&*name,))?;
        ensure!(greeting == format!("hello {name}"), "{greeting}");
        let mut point = Point { x: number, y: f64::from(number) };
        rich.invoke::<()>("scale", (&mut point, 3.0))?;
        ensure!(point == Point { x: number * 3, y: f64::from(number * 3) }, "{point:?}");
        ensure!(rich.invoke::<i32>("next", (number,))? == number + 1);
    }
    Ok(())
}

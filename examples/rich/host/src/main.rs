//! A host for the plugin `rich`: defines the functions that the plugin imports, and calls every
//! function that the plugin exports.

use std::sync::Arc;

use anyhow::Context;
use polyreactor_host::{
    BadValue, Caller, Engine, EngineConfig, InstanceConfig, LinkError, Linker, Pointer, Reactor,
};
use rich::{Point, Shape};

/// Defines the functions that the plugin imports from the module `host`. `name` returns `name`.
fn define(linker: &mut Linker, name: &str) -> Result<(), LinkError> {
    let name: Arc<str> = name.into();
    linker
        .func("host", "log", |caller: &mut Caller<'_>, message: String| {
            println!("{} logs: {message}", caller.plugin());
        })?
        .func("host", "name", move |_: &mut Caller<'_>| name.to_string())?
        .func("host", "flip", |_: &mut Caller<'_>, b: bool| !b)?
        .func("host", "scale", scale)?
        .func("host", "bump", bump)?
        .func("host", "sorted", sorted)?;
    Ok(())
}

fn scale(caller: &mut Caller<'_>, p: Pointer<Point>, by: f64) -> Result<(), BadValue> {
    let Point { x, y } = p.read(caller)?;
    p.write(caller, &Point { x: (f64::from(x) * by) as i32, y: y * by })
}

fn bump(caller: &mut Caller<'_>, p: Pointer<i32>) -> Result<(), BadValue> {
    let number = p.read(caller)?;
    p.write(caller, &(number + 1))
}

fn sorted(_: &mut Caller<'_>, mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers
}

fn main() -> anyhow::Result<()> {
    let file = std::env::args_os().nth(1).context("no plugin given; usage: rich-host FILE.wasm")?;
    let engine = Engine::new(&EngineConfig::new())?;
    let mut linker = Linker::new(&engine);
    define(&mut linker, "rich-host")?;
    // `link` compares the types of these host functions with the plugin's contract.
    let linked = linker.link(&Reactor::from_file(&engine, file)?)?;
    let mut rich = linked.instantiate(&InstanceConfig::new().inherit_output())?;

    println!("flip(true) = {}", rich.call::<bool>("flip", (true,))?);
    println!("greet(\"bob\") = {:?}", rich.call::<String>("greet", ("bob",))?);

    let image: &[u8] = &[0, 1, 255];
    println!("invert({image:?}) = {:?}", rich.call::<Vec<u8>>("invert", (image,))?);

    let mut number = 41;
    rich.call::<()>("bump", (&mut number,))?;
    println!("bump: {number}");

    let mut point = Point { x: 1, y: 2.5 };
    rich.call::<()>("scale", (&mut point, 2.0))?;
    println!("scale: {point:?}");

    let mut shape = Shape { origin: point, sides: [1.0, 2.0, 3.0, 4.5], filled: false };
    println!("perimeter = {}", rich.call::<f64>("perimeter", (&shape,))?);

    // These exports call host functions.
    println!("introduce() = {:?}", rich.call::<String>("introduce", ())?);
    println!("agree(true) = {}", rich.call::<bool>("agree", (true,))?);
    println!("next(41) = {}", rich.call::<i32>("next", (41,))?);
    let numbers: &[f64] = &[3.0, 1.0, 2.0];
    println!("median({numbers:?}) = {}", rich.call::<f64>("median", (numbers,))?);
    rich.call::<()>("stretch", (&mut shape, 10.0))?;
    println!("stretch: {shape:?}");
    Ok(())
}

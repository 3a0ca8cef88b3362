//! A host of the rich plugin: it offers what the plugin imports, and calls all that it exports.

use anyhow::Context;
use polyreactor_host::{BadValue, Caller, Engine, HostModule, InstanceConfig, Methods, Reactor};
use polyreactor_host::{Error, Pointer};
use rich::{Point, Shape};

/// What the plugin imports from `host`.
struct Host {
    name: String,
}

impl Host {
    fn log(&self, caller: &mut Caller<'_>, message: String) {
        println!("{} logs: {message}", caller.plugin());
    }

    fn name(&self, _: &mut Caller<'_>) -> String {
        self.name.clone()
    }

    fn flip(&self, _: &mut Caller<'_>, b: bool) -> bool {
        !b
    }

    fn scale(&self, caller: &mut Caller<'_>, p: Pointer<Point>, by: f64) -> Result<(), BadValue> {
        let Point { x, y } = p.read(caller)?;
        p.write(caller, &Point { x: (f64::from(x) * by) as i32, y: y * by })
    }

    fn bump(&self, caller: &mut Caller<'_>, p: Pointer<i32>) -> Result<(), BadValue> {
        let number = p.read(caller)?;
        p.write(caller, &(number + 1))
    }
}

impl HostModule for Host {
    const NAME: &'static str = "host";

    fn methods(methods: Methods<'_, Self>) -> Result<Methods<'_, Self>, Error> {
        methods
            .method("log", Host::log)?
            .method("name", Host::name)?
            .method("flip", Host::flip)?
            .method("scale", Host::scale)?
            .method("bump", Host::bump)
    }
}

fn main() -> anyhow::Result<()> {
    let file = std::env::args_os().nth(1).context("which plugin? give its file's name")?;
    let host = Host { name: "rich-host".to_owned() };
    let engine = Engine::builder()?.module(host)?.build();
    // That its functions are those which the plugin's contract declares is checked here.
    let reactor = Reactor::from_file(&engine, file)?;
    let mut rich = reactor.instantiate(&InstanceConfig::new().inherit_output())?;

    println!("flip(true) = {}", rich.invoke::<bool>("flip", (true,))?);
    println!("greet(\"bob\") = {:?}", rich.invoke::<String>("greet", ("bob",))?);

    let mut number = 41;
    rich.invoke::<()>("bump", (&mut number,))?;
    println!("bump: {number}");

    let mut point = Point { x: 1, y: 2.5 };
    rich.invoke::<()>("scale", (&mut point, 2.0))?;
    println!("scale: {point:?}");

    let mut shape = Shape { origin: point, sides: [1.0, 2.0, 3.0, 4.5], filled: false };
    println!("perimeter = {}", rich.invoke::<f64>("perimeter", (&shape,))?);

    // These call the host's own functions on their way.
    println!("introduce() = {:?}", rich.invoke::<String>("introduce", ())?);
    println!("agree(true) = {}", rich.invoke::<bool>("agree", (true,))?);
    println!("next(41) = {}", rich.invoke::<i32>("next", (41,))?);
    rich.invoke::<()>("stretch", (&mut shape, 10.0))?;
    println!("stretch: {shape:?}");
    Ok(())
}

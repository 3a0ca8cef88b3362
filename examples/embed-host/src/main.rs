//! A host that embeds its plugin, so that the program ships as one file.

use polyreactor_host::{Engine, EngineConfig, InstanceConfig, Reactor};

/// The module that `build.rs` built.
const COUNTER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/guests/rust/counter.wasm"));

fn main() -> anyhow::Result<()> {
    let engine = Engine::new(&EngineConfig::new())?;
    let reactor = Reactor::from_bytes(&engine, COUNTER)?;
    // The plugin's stdout and stderr, panic messages included, go to those of this process.
    let config = InstanceConfig::new().name("counter").inherit_output();
    let mut counter = reactor.instantiate(&config)?;

    // `func` compares the type with that of the export, once.
    let inc = counter.func::<i32, i32>("inc")?;
    for by in [1, 21] {
        println!("inc({by}) = {}", inc.call(&mut counter, by)?);
    }
    Ok(())
}

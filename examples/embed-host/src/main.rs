//! A program with a plugin inside: no file to ship beside it.

use polyreactor_host::{Engine, EngineConfig, InstanceConfig, Reactor};

/// What `build.rs` has built.
const COUNTER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/guests/rust/counter.wasm"));

fn main() -> anyhow::Result<()> {
    let engine = Engine::new(&EngineConfig::new())?;
    let reactor = Reactor::from_bytes(&engine, COUNTER)?;
    // What the plugin prints, its panics too, goes where the program's own output goes.
    let config = InstanceConfig::new().name("counter").inherit_output();
    let mut counter = reactor.instantiate(&config)?;

    // The type is checked here, once.
    let inc = counter.func::<i32, i32>("inc")?;
    for by in [1, 21] {
        println!("inc({by}) = {}", inc.call(&mut counter, by)?);
    }
    Ok(())
}

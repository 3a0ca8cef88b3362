//! Exports that have the names of libc functions: a call from the host reaches the export, and a
//! call inside of the plugin still reaches the libc function.

use anyhow::{Result, ensure};
use polyreactor_host::{Caller, Engine, EngineConfig, InstanceConfig, Linker, Reactor};
use polyreactor_tests::guest;

pub(super) fn names(language: &str) -> Result<()> {
    let engine = Engine::new(&EngineConfig::new())?;
    let mut linker = Linker::new(&engine);
    linker.func("host", "read", |_: &mut Caller<'_>, fd: i32| fd * 2)?.func(
        "host",
        "exp",
        |_: &mut Caller<'_>, x: f64| -x,
    )?;
    let reactor = Reactor::from_file(&engine, guest(&format!("{language}/names"))?)?;
    let mut names = linker.link(&reactor)?.instantiate(&InstanceConfig::new())?;
    for _ in 0..2 {
        let own = [
            names.call::<i32>("open", ("path",))? == 1004,
            names.call::<i32>("read", (21,))? == 1042,
            names.call::<i32>("write", (1,))? == 2001,
            names.call::<bool>("close", (7,))?,
            names.call::<f64>("log", (1.0,))? == 1001.0,
            names.call::<f64>("exp", (1.0,))? == 2001.0,
            names.call::<f64>("fmod", (7.5, 2.0))? == 9.5,
            names.call::<i64>("time", ())? == 1000,
            names.call::<i32>("div", (7, 2))? == 5,
            names.call::<u32>("malloc", (16_u32,))? == 1016,
            names.call::<i32>("memcpy", (9, 4))? == 5,
            names.call::<u32>("strlen", ("bob",))? == 1003,
        ];
        ensure!(!own.contains(&false), "{own:?}");
        let theirs = [
            is_near(names.call("natural", (2.0,))?, std::f64::consts::E.powi(2)),
            is_near(names.call("logarithm", (8.0,))?, 3.0 * std::f64::consts::LN_2),
            is_near(names.call("remainder", (7.5, 2.0))?, 1.5),
            names.call::<String>("repeated", ("ab", 3000_u32))? == "ab".repeat(3000),
            is_near(names.call("greeted", (1.0,))?, std::f64::consts::E - 1.0),
        ];
        ensure!(!theirs.contains(&false), "{theirs:?}");
    }
    Ok(())
}

/// Math libraries differ in the last digit.
fn is_near(actual: f64, expected: f64) -> bool {
    (actual - expected).abs() < 1e-12
}

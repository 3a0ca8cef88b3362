//! Exports with the names of functions of libc's: they answer their own, and whoever needs libc's
//! function in the same plugin has that.

use anyhow::{Result, ensure};
use polyreactor_host::{Caller, Engine, InstanceConfig, Reactor};
use polyreactor_tests::guest;

pub(super) fn names(language: &str) -> Result<()> {
    let engine = Engine::builder()?
        .function("host", "read", |_: &mut Caller<'_>, fd: i32| fd * 2)?
        .function("host", "exp", |_: &mut Caller<'_>, x: f64| -x)?
        .build();
    let reactor = Reactor::from_file(&engine, guest(&format!("{language}/names"))?)?;
    let mut names = reactor.instantiate(&InstanceConfig::new())?;
    for _ in 0..2 {
        let own = [
            names.invoke::<i32>("open", ("path",))? == 1004,
            names.invoke::<i32>("read", (21,))? == 1042,
            names.invoke::<i32>("write", (1,))? == 2001,
            names.invoke::<bool>("close", (7,))?,
            names.invoke::<f64>("log", (1.0,))? == 1001.0,
            names.invoke::<f64>("exp", (1.0,))? == 2001.0,
            names.invoke::<f64>("fmod", (7.5, 2.0))? == 9.5,
            names.invoke::<i64>("time", ())? == 1000,
            names.invoke::<i32>("div", (7, 2))? == 5,
            names.invoke::<u32>("malloc", (16_u32,))? == 1016,
            names.invoke::<i32>("memcpy", (9, 4))? == 5,
            names.invoke::<u32>("strlen", ("bob",))? == 1003,
        ];
        ensure!(!own.contains(&false), "{own:?}");
        let theirs = [
            is_near(names.invoke("natural", (2.0,))?, std::f64::consts::E.powi(2)),
            is_near(names.invoke("logarithm", (8.0,))?, 3.0 * std::f64::consts::LN_2),
            is_near(names.invoke("remainder", (7.5, 2.0))?, 1.5),
            names.invoke::<String>("repeated", ("ab", 3000_u32))? == "ab".repeat(3000),
            is_near(names.invoke("greeted", (1.0,))?, std::f64::consts::E - 1.0),
        ];
        ensure!(!theirs.contains(&false), "{theirs:?}");
    }
    Ok(())
}

/// Libraries differ in the last digit.
fn is_near(seen: f64, wanted: f64) -> bool {
    (seen - wanted).abs() < 1e-12
}

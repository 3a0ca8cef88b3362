//! Patches the module IN, writes it to OUT, and prints the changes and the remaining diagnostics:
//! `cargo run -p polyreactor-convention --example patch IN OUT`

use std::error::Error;
use std::{env, fs};

use polyreactor_convention::{CheckOptions, PatchOptions, check, inspect, patch};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let (Some(input), Some(output)) = (arguments.next(), arguments.next()) else {
        return Err("usage: patch IN OUT".into());
    };
    let bytes = fs::read(input)?;
    let patched = patch(&bytes, &PatchOptions::default())?;
    for change in &patched.changes {
        println!("{change}");
    }
    // A patched module has no errors, apart from imports (R007); warnings and notes may be left.
    for diagnostic in check(&inspect(&patched.bytes)?, &CheckOptions::default()) {
        println!("{diagnostic}");
    }
    Ok(fs::write(output, &patched.bytes)?)
}

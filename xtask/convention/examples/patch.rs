//! Makes a reactor of a module, as a tool does that embeds the convention: a file in, what was
//! done and a file out. `cargo run -p polyreactor-convention --example patch IN OUT`

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
    // What is left are warnings and notes.
    for diagnostic in check(&inspect(&patched.bytes)?, &CheckOptions::default()) {
        println!("{diagnostic}");
    }
    Ok(fs::write(output, &patched.bytes)?)
}

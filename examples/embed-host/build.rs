//! Builds the plugin before the program that carries it: from source to reactor.

use std::path::Path;

use polyreactor_build::{Options, Selection, embed};
use polyreactor_convention::Language;

fn main() -> anyhow::Result<()> {
    let counter = Selection { names: vec!["counter".into()], languages: vec![Language::Rust] };
    // Any folder of the project that has the plugin; here, it is this one.
    embed(Path::new("."), &counter, Options::default())?;
    Ok(())
}

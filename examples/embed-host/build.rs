//! Build script: compiles, checks and patches the plugin that the program embeds.

use std::path::Path;

use polyreactor_build::{Options, Selection, embed};
use polyreactor_convention::Language;

fn main() -> anyhow::Result<()> {
    let counter = Selection { names: vec!["counter".into()], languages: vec![Language::Rust] };
    // `embed` takes any folder inside the project of the plugin; here, this package's own.
    embed(Path::new("."), &counter, Options::default())?;
    Ok(())
}

//! Scratch.
use polyreactor_parity::*;
fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let plugin = if args.len() == 1 { Plugin::open(args[0].as_ref())? } else { panic!() };
    let start = std::time::Instant::now();
    let mut options = Options::default();
    if let Ok(n) = std::env::var("SEQ") { options.sequences = n.parse()?; }
    let report = Parity::new(plugin.name, plugin.artifacts).options(options).run()?;
    println!("{}", serde_json::to_string_pretty(&report)?);
    eprintln!("{:?}", start.elapsed());
    Ok(())
}

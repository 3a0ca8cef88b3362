//! The text of `CONFORMANCE.md`: the introduction, and a table for each rule.

use std::fmt::Write;

use super::Measured;

const INTRO: &str = "\
# Conformance

How a guest behaves in each situation that CONVENTION lists under \"Behaviour\": by itself, and
through our host. Every cell is measured; none is written by hand. The guests are
`tests/host/faults` in the three languages, with the compilers that this repository pins. \"By
itself\" is the unpatched module, as its compiler made it, in a bare engine: Wasmtime with its own
WASI, an epoch deadline that interrupts compiled code, and a memory limit of 32 MiB. The
name after \"fails with\" is the variant of `CallError` that a call in our host returns.

`cargo xtask test behaviour` measures again and compares the result with this page;
`BLESS=1 cargo xtask test behaviour` writes this page.
";

pub(crate) fn page(rules: &[(&str, &str)], measured: &[Measured]) -> String {
    let mut page = INTRO.to_owned();
    let mut line = |text: String| writeln!(page, "{text}").expect("a String takes any text");
    for (number, (code, situation)) in rules.iter().enumerate() {
        line(format!("\n## {code}: {situation}\n"));
        line("| language | by itself | through our host |".to_owned());
        line("|---|---|---|".to_owned());
        for Measured { language, alone, hosted } in measured {
            line(format!("| {} | {} | {} |", title(language), alone[number], hosted[number]));
        }
    }
    page
}

fn title(language: &str) -> String {
    let mut letters = language.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

//! `CONFORMANCE.md`, written from what was measured.

use std::fmt::Write;

use super::Measured;

const INTRO: &str = "\
# Conformance

What becomes of a guest in each situation that CONVENTION lists under \"Behaviour\": by itself, and
through our host. Every cell is measured; none is written by hand. The guests are
`tests/host/faults` in the three languages, with the compilers that this repository pins. \"By
itself\" is the module as its compiler made it, before it was patched, under a bare engine:
Wasmtime with its own WASI, a clock that interrupts compiled code, and 32 MiB of memory.

`cargo xtask test behaviour` measures again and compares;
`BLESS=1 cargo xtask test behaviour` writes this page.
";

pub(crate) fn page(rules: &[(&str, &str)], measured: &[Measured]) -> String {
    let mut page = INTRO.to_owned();
    let mut line = |text: String| writeln!(page, "{text}").expect("a String takes everything");
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

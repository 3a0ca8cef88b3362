//! Measures how guests behave by themselves and in our host, rule by rule (B001 to B015), and
//! compares `CONFORMANCE.md` with the measurements. `BLESS=1` writes the page.

use std::sync::Mutex;

use anyhow::{Result, bail};
use libtest_mimic::Trial;
use polyreactor_tests::cli::bless;
use polyreactor_tests::faults::LANGUAGES;
use polyreactor_tests::{repository, trial};
use similar::TextDiff;

mod alone;
mod bare;
mod files;
mod hosted;
mod mains;
mod page;

/// The rules, and the situation in which each is measured.
const RULES: [(&str, &str); 13] = [
    ("B001", "two calls of a new instance"),
    ("B002", "a call before `_initialize`"),
    ("B003", "`_initialize` once more"),
    ("B004", "a panic"),
    ("B005", "an exit with status 3, then another call"),
    ("B006", "a read through a wild pointer, then another call"),
    ("B007", "a loop without end; a sleep of an hour; a wait that nothing can end"),
    ("B008", "a goroutine in the background"),
    ("B009", "calls guest → host → guest, 20 deep"),
    ("B010", "memory that a call has returned: buffers, and strings of our packages"),
    ("B011", "the time and a random number, in two runs"),
    ("B012", "a line without its end, printed"),
    ("B013", "more memory than the limit allows"),
];

/// The outcome for each rule, in the order of [`RULES`].
type Cells = [String; RULES.len()];

/// Both columns of the tables, for one language.
struct Measured {
    language: &'static str,
    alone: Cells,
    hosted: Cells,
}

pub(crate) fn trials() -> Result<Vec<Trial>> {
    Ok(vec![trial("behaviour::the_page_is_as_measured", check)])
}

fn check() -> Result<()> {
    let measured = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let threads: Vec<_> = LANGUAGES
            .iter()
            .map(|&language| {
                let measured = &measured;
                scope.spawn(move || -> Result<()> {
                    let alone = alone::cells(language)?;
                    let hosted = hosted::cells(language)?;
                    let both = Measured { language, alone, hosted };
                    measured.lock().expect("no thread panics with the lock").push(both);
                    Ok(())
                })
            })
            .collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("a thread panicked"))
    })?;
    let mut measured = measured.into_inner()?;
    measured.sort_by_key(|of| LANGUAGES.iter().position(|language| *language == of.language));
    compare(&(page::page(&RULES, &measured) + &files::section()? + &mains::section()?))
}

fn compare(page: &str) -> Result<()> {
    let file = repository().join("CONFORMANCE.md");
    if bless() {
        return Ok(std::fs::write(file, page)?);
    }
    let written = std::fs::read_to_string(file).unwrap_or_default();
    if written != page {
        let diff = TextDiff::from_lines(written.as_str(), page);
        let diff = diff.unified_diff().header("CONFORMANCE.md", "measured").to_string();
        bail!("{diff}\nIf the measured behaviour is right, BLESS=1 writes the page.");
    }
    Ok(())
}

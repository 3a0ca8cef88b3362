//! Modules that are no reactors, in `refused/`: `check` and `patch` must refuse each with a single
//! error, which contains the text of the line `ERROR: TEXT` in the module's header.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use polyreactor_host::convention::{
    CheckOptions, PatchOptions, Refused, Severity, check, inspect, patch,
};
use polyreactor_tests::repository;

use super::header::Header;
use super::language::Add;

pub(crate) fn trials(add: &mut Add<'_>) {
    let folder = repository().join("tests/conformance/refused");
    for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{error}")).flatten() {
        let file = entry.path();
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        add(format!("refused::{name}"), Box::new(move || refuse(&file)));
    }
}

fn refuse(file: &Path) -> Result<()> {
    let header = Header::read(file)?;
    let bytes = wat::parse_file(file)?;
    let named = header.one("ERROR")?;
    let refused = patch(&bytes, &PatchOptions::default()).err();
    let refused = refused.context("`patch` did not refuse it")?;
    ensure!(one_error(&refused)?.contains(named), "patch says: {refused}");
    let errors: Vec<String> = match inspect(&bytes) {
        Err(malformed) => vec![malformed.to_string()],
        Ok(found) => {
            let diagnostics = check(&found, &CheckOptions::default());
            let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error);
            errors.map(|error| format!("{} {error}", error.rule)).collect()
        }
    };
    ensure!(errors.len() == 1 && errors[0].contains(named), "check says: {errors:?}");
    Ok(())
}

fn one_error(refused: &Refused) -> Result<String> {
    Ok(match refused {
        Refused::Faulty(faults) => match &faults[..] {
            [fault] => format!("{} {fault}", fault.rule),
            several => bail!("not one error: {several:?}"),
        },
        other => other.to_string(),
    })
}

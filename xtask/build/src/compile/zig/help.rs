//! What helps where `zig build` fails, or an export is not there.

use super::run::zig;
use crate::compile::explained;
use crate::project::Guest;
use crate::toolchain::ZIG;

/// What helps with the messages of a failed build.
pub(super) fn answers(said: &str, guest: &Guest) -> Vec<String> {
    let mut answers = explained::by_line(said, answer);
    if said.contains("invalid option: -D") {
        answers.push(match declared(guest) {
            Some(declared) => format!("the options of build.zig are: {}", declared.join(", ")),
            None => "build.zig declares no options".to_owned(),
        });
    }
    answers
}

/// The options of build.zig: an export may be behind one.
pub(super) fn options(guest: &Guest) -> Option<String> {
    let declared = declared(guest)?;
    Some(format!(
        "where an option of build.zig turns the export on, say so: `options = [\"-DNAME=VALUE\"]` \
         under {}; there are: {}",
        guest.table("zig"),
        declared.join(", ")
    ))
}

fn answer(line: &str) -> Option<String> {
    if line.contains("duplicate symbol: _initialize") {
        return Some(
            "libc has an `_initialize` of its own, which runs what is to run first: leave `export` \
             away, and point an entry of `.init_array` to the function: `export const init: *const \
             fn () callconv(.c) void linksection(\".init_array\") = &setUp;`"
                .to_owned(),
        );
    }
    let forgotten =
        ["entry symbol not defined", "has no member named 'main'", "undefined symbol: main"]
            .iter()
            .any(|part| line.contains(part));
    forgotten.then(|| {
        "a reactor has no `main`: set `wasi_exec_model = .reactor`, `entry = .disabled` and \
         `rdynamic = true` in build.zig, or build it with `polyreactor.addPlugin` of \
         Polyreactor's package for Zig"
            .to_owned()
    })
}

/// The options that a build.zig declares beyond those that many have, as zig prints them.
fn declared(guest: &Guest) -> Option<Vec<String>> {
    let program = ZIG.find(guest.toolchain.as_ref()).ok()?.path;
    let said = zig(&program, guest).args(["build", "-h"]).output().ok()?;
    let text = [said.stdout, said.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    let options = listed(&text.concat());
    (!options.is_empty()).then_some(options)
}

fn listed(help: &str) -> Vec<String> {
    let words = help.lines().filter_map(|line| line.split_whitespace().next());
    let usual =
        ["-Dtarget=", "-Dcpu=", "-Dofmt=", "-Ddynamic-linker=", "-Doptimize=", "-Drelease="];
    let options = words.filter(|word| {
        word.starts_with("-D") && !usual.iter().any(|usual| word.starts_with(usual))
    });
    options.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_a_project_are_read_out_of_the_help() {
        let help = "Project-Specific Options:\n  -Dextra=[bool]               more exports\n  \
                    -Doptimize=[enum]            Prioritize performance\n    \
                    Supported Values:\n      Debug\n\nSystem Integration Options:\n  --libc [file]\n";
        assert_eq!(listed(help), ["-Dextra=[bool]"]);
    }

    #[test]
    fn a_forgotten_setting_and_a_second_initialize_have_answers() {
        for (line, part) in [
            ("wasm-ld: entry symbol not defined (pass --no-entry to suppress): _start", ".reactor"),
            ("wasm-ld: libc.a(__main_void.o): undefined symbol: main", "wasi_exec_model"),
            ("error: wasm-ld: duplicate symbol: _initialize", ".init_array"),
        ] {
            let answers = explained::by_line(line, answer);
            assert!(answers.len() == 1 && answers[0].contains(part), "{line}: {answers:?}");
        }
    }
}

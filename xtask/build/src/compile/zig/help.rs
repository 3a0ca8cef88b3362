//! Remedies for failures of `zig build`, and for missing exports.

use super::OWN_SYMBOL;
use super::run::{invalid_option, zig};
use crate::compile::{explained, reserved};
use crate::project::Guest;
use crate::toolchain::ZIG;

/// Remedies for the messages of a failed build.
pub(super) fn remedies(messages: &str, guest: &Guest) -> Vec<String> {
    let mut remedies = explained::by_line(messages, remedy);
    if messages.lines().any(|line| invalid_option(line).is_some()) {
        remedies.push(match declared(guest) {
            Some(declared) => format!("the options of build.zig are: {}", declared.join(", ")),
            None => "build.zig declares no options".to_owned(),
        });
    }
    remedies
}

/// A remedy that names the options of build.zig: a missing export may depend on one of them.
pub(super) fn options(guest: &Guest) -> Option<String> {
    let declared = declared(guest)?;
    Some(format!(
        "if an option of build.zig turns the export on, add `options = [\"-DNAME=VALUE\"]` under \
         {}; the options are: {}",
        guest.table("zig"),
        declared.join(", ")
    ))
}

/// The remedy for a line of Zig's or the linker's messages.
fn remedy(line: &str) -> Option<String> {
    if line.contains("duplicate symbol: _initialize") {
        return Some(
            "libc has its own `_initialize`, which runs the constructors: remove `export` from \
             yours, rename it, and point an entry of `.init_array` to it: `export const init: \
             *const fn () callconv(.c) void linksection(\".init_array\") = &setUp;`"
                .to_owned(),
        );
    }
    if line.contains("exported symbol collision: _initialize") {
        return Some(
            "for a `pub fn main`, Zig exports an `_initialize` of its own, which calls `main`: move \
             the body of your `_initialize` to `main`, or rename `main`"
                .to_owned(),
        );
    }
    let twice = ["duplicate symbol: ", "exported symbol collision: "]
        .iter()
        .find_map(|part| line.split_once(part));
    if let Some((_, name)) = twice {
        return Some(reserved::clash(name.trim(), OWN_SYMBOL));
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

/// The options that a build.zig declares, as `zig build -h` prints them, without the standard ones;
/// `None` if there are none or zig cannot be run.
fn declared(guest: &Guest) -> Option<Vec<String>> {
    let program = ZIG.find(guest.toolchain.as_ref()).ok()?.path;
    let output = zig(&program, guest).args(["build", "-h"]).output().ok()?;
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    let options = listed(&text.concat());
    (!options.is_empty()).then_some(options)
}

/// The options in the help text of a build.zig.
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
    fn options_of_a_project_are_read_from_the_help_text() {
        let help = "Project-Specific Options:\n  -Dextra=[bool]               more exports\n  \
                    -Doptimize=[enum]            Prioritize performance\n    \
                    Supported Values:\n      Debug\n\nSystem Integration Options:\n  --libc [file]\n";
        assert_eq!(listed(help), ["-Dextra=[bool]"]);
    }

    #[test]
    fn a_forgotten_setting_and_a_second_initialize_have_remedies() {
        for (line, part) in [
            ("wasm-ld: entry symbol not defined (pass --no-entry to suppress): _start", ".reactor"),
            ("wasm-ld: libc.a(__main_void.o): undefined symbol: main", "wasi_exec_model"),
            ("error: wasm-ld: duplicate symbol: _initialize", ".init_array"),
            ("error: exported symbol collision: _initialize", "rename `main`"),
            ("error: exported symbol collision: polyreactor_alloc", "guest package exports `poly"),
            (
                "error: exported symbol collision: polyreactor-export:a",
                "two functions are exported",
            ),
            ("error: wasm-ld: duplicate symbol: __wasm_call_ctors", "the linker's own"),
            ("error: wasm-ld: duplicate symbol: open", "`exportAll`"),
        ] {
            let remedies = explained::by_line(line, remedy);
            assert!(remedies.len() == 1 && remedies[0].contains(part), "{line}: {remedies:?}");
        }
    }
}

//! The limits of a function (CONVENTION, "Types at the plain level"), checked with the real
//! compilers: Go's compiler and the package for Zig accept a function at each limit and refuse a
//! function beyond it.

use std::fs;

use anyhow::{Result, ensure};
use polyreactor_layout::limits::{MAX_CORE_PARAMETERS, MAX_GO_FRAME_BYTES};
use polyreactor_tests::{Finished, finish, go, repository};

use super::{FOR_WASM, zig_in};

/// Parameters at a limit, and with one more: the number of strings, integers, pointers and bools.
/// On Go's stack a string takes 16 bytes; the result that each function has takes 8.
struct Limit {
    at: [usize; 4],
    beyond: [usize; 4],
    /// The message with which the package for Zig refuses `beyond`.
    refusal: String,
}

fn limits() -> [Limit; 2] {
    let strings = MAX_GO_FRAME_BYTES / 16 - 1;
    let bytes = MAX_GO_FRAME_BYTES + 8;
    let parameters = MAX_CORE_PARAMETERS + 1;
    [
        Limit {
            at: [strings, 0, 1, 0],
            beyond: [strings, 0, 1, 1],
            refusal: format!(
                "take {bytes} bytes on Go's stack (a string or a list 16), where a function has at most {MAX_GO_FRAME_BYTES}"
            ),
        },
        Limit {
            at: [0, MAX_CORE_PARAMETERS, 0, 0],
            beyond: [0, parameters, 0, 0],
            refusal: format!(
                "{parameters} core parameters (a string or a list takes two), and at most {MAX_CORE_PARAMETERS} are possible"
            ),
        },
    ]
}

/// The parameter list in a language's syntax, as in `p0: string, p1: s32`.
fn parameters(counts: [usize; 4], types: [&str; 4], gap: &str) -> String {
    let types = counts.into_iter().zip(types).flat_map(|(count, ty)| vec![ty; count]);
    let parameters = types.enumerate().map(|(number, ty)| format!("p{number}{gap}{ty}"));
    parameters.collect::<Vec<_>>().join(", ")
}

pub(super) fn go_has_these_limits() -> Result<()> {
    for Limit { at, beyond, .. } in limits() {
        let built = build_go(at)?;
        ensure!(built.status.success(), "{at:?} does not compile: {}", built.stderr);
        ensure!(!build_go(beyond)?.status.success(), "{beyond:?} compiles");
    }
    Ok(())
}

fn build_go(counts: [usize; 4]) -> Result<Finished> {
    let folder = tempfile::tempdir()?;
    let parameters = parameters(counts, ["string", "int32", "*int32", "bool"], " ");
    let source = format!(
        "package main\n\n//go:wasmexport f\nfunc f({parameters}) bool {{ return true }}\n\n\
         func main() {{}}\n"
    );
    fs::write(folder.path().join("main.go"), source)?;
    fs::write(folder.path().join("go.mod"), "module limits\n\ngo 1.24\n")?;
    let mut build = go()?;
    build.current_dir(folder.path()).envs(FOR_WASM);
    finish(build.args(["build", "-buildmode=c-shared", "-buildvcs=false", "-o", "f.wasm", "."]))
}

pub(super) fn zig_has_the_same_limits() -> Result<()> {
    for Limit { at, beyond, refusal } in limits() {
        let built = build_zig(at)?;
        ensure!(built.status.success(), "{at:?} does not compile: {}", built.stderr);
        let Finished { status, stderr, .. } = build_zig(beyond)?;
        ensure!(!status.success(), "{beyond:?} compiles");
        ensure!(stderr.contains(&refusal), "no `{refusal}` in:\n{stderr}");
    }
    Ok(())
}

fn build_zig(counts: [usize; 4]) -> Result<Finished> {
    let folder = tempfile::tempdir()?;
    let parameters = parameters(counts, ["[]const u8", "i32", "*const i32", "bool"], ": ");
    let count: usize = counts.iter().sum();
    let names: Vec<_> = (0..count).map(|number| format!("p{number}")).collect();
    let source = format!(
        "const polyreactor = @import(\"polyreactor\");\n\
         comptime {{ polyreactor.exportAll(@This()); }}\n\
         pub fn f({parameters}) bool {{ _ = .{{ {} }}; return true; }}\n",
        names.join(", ")
    );
    fs::write(folder.path().join("main.zig"), source)?;
    let mut build = zig_in(folder.path())?;
    build.args(["build-exe", "-target", "wasm32-wasi", "-mexec-model=reactor", "-fno-entry"]);
    build.args(["-rdynamic", "-fno-emit-bin", "--dep", "polyreactor", "-Mroot=main.zig"]);
    let package = repository().join("guest/zig/src/polyreactor.zig");
    build.arg(format!("-Mpolyreactor={}", package.display()));
    finish(&mut build)
}

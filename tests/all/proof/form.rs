//! The forms in which a linker or an optimiser may write the same program.

use std::fmt::Write as _;

use fastrand::Rng;

use super::program::{Function, Program, Ty};

/// A form of a program: how its exports run constructors and destructors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// As `wasm-ld` wraps them.
    Linked,
    /// Wrapped, and optimised: results go through locals over the destructors.
    ResultsInLocals,
    /// Wrapped, and optimised: some functions were put into their wrappers.
    SomeInlined,
    /// Wrapped, and optimised: the constructors were put into the wrappers.
    ConstructorsInlined,
    /// Not wrapped: every export first calls a function that runs the constructors once
    /// (wit-bindgen).
    Late,
    /// As `Late`, and `_initialize` runs the constructors too.
    Twice,
    /// Not wrapped: the constructors are exported for the host to call.
    ForTheHost,
}

const CONSTRUCTORS: &str = "__wasm_call_ctors";
const DESTRUCTORS: &str = "__wasm_call_dtors";

/// The program as a reactor: linked with the start file of a reactor.
pub(crate) fn reactor(program: &Program) -> String {
    let mut text = String::from("(module\n");
    let constructors = constructors(&mut text, program);
    user_functions(&mut text, program);
    let own = program.initialize.as_ref().map(|own| function(&mut text, "author", own));
    let calls: Vec<&str> = constructors.into_iter().chain(own.map(|()| "author")).collect();
    calls_only(&mut text, "_initialize", &calls);
    export(&mut text, "_initialize", "_initialize");
    for (name, target) in &program.exports {
        export(&mut text, name, &program.functions[*target].name);
    }
    state(&mut text, program);
    text
}

/// The program linked without that start file, in the given form. Also returns the number of
/// functions that were inlined into their wrappers.
pub(crate) fn unpatched(program: &Program, form: Form, random: &mut Rng) -> (String, usize) {
    let mut text = String::from("(module\n");
    let constructors = constructors(&mut text, program);
    user_functions(&mut text, program);
    if let Some(own) = &program.initialize {
        function(&mut text, "_initialize", own);
    }
    let shims = match form {
        Form::Late | Form::Twice | Form::ForTheHost => {
            unwrapped(&mut text, program, form, constructors);
            0
        }
        _ => wrapped(&mut text, program, form, constructors, random),
    };
    state(&mut text, program);
    (text, shims)
}

fn wrapped(
    text: &mut String,
    program: &Program,
    form: Form,
    constructors: Option<&'static str>,
    random: &mut Rng,
) -> usize {
    for destructor in &program.destructors {
        function(text, &destructor.name, destructor);
    }
    let destructors = (!program.destructors.is_empty()).then_some(DESTRUCTORS);
    if let Some(name) = destructors {
        calls_only(text, name, &names(&program.destructors));
    }
    let before = match form {
        Form::ConstructorsInlined => names(&program.constructors),
        _ => constructors.into_iter().collect(),
    };
    let targets = program.exports.iter().map(|(name, target)| (name, &program.functions[*target]));
    let own_name = "_initialize".to_owned();
    let own = program.initialize.iter().map(|own| (&own_name, own));
    let mut written: Vec<&str> = Vec::new();
    let mut inlined = 0;
    for (name, target) in own.chain(targets) {
        // Without constructors and destructors the linker writes no wrappers.
        if before.is_empty() && destructors.is_none() {
            export(text, name, &target.name);
            continue;
        }
        let wrapper = format!("{}.command_export", target.name);
        export(text, name, &wrapper);
        // A function with several exports has one wrapper.
        if written.contains(&&*target.name) {
            continue;
        }
        written.push(&target.name);
        let inline = form == Form::SomeInlined && random.bool();
        inlined += usize::from(inline);
        let in_locals = match form {
            Form::Linked => false,
            Form::SomeInlined => inline || random.bool(),
            _ => true,
        };
        let body = if inline { inlined_body(target) } else { call_with_parameters(target) };
        let locals = if inline { &target.locals[..] } else { &[] };
        let around = (&before[..], destructors);
        wrapper_function(text, &wrapper, target, locals, &body, around, in_locals);
    }
    inlined
}

pub(crate) fn wrapper_function(
    text: &mut String,
    name: &str,
    target: &Function,
    locals: &[Ty],
    body: &str,
    (before, after): (&[&str], Option<&str>),
    in_locals: bool,
) {
    let first = target.params.len() + locals.len();
    let spills = in_locals && after.is_some();
    let results = if spills { &target.results[..] } else { &[] };
    signature(text, name, target);
    put(text, "local", &[locals, results].concat());
    for callee in before {
        write!(text, " call ${callee}").expect("a String takes any text");
    }
    write!(text, " {body}").expect("a String takes any text");
    for number in (0..results.len()).rev() {
        write!(text, " local.set {}", first + number).expect("a String takes any text");
    }
    if let Some(callee) = after {
        write!(text, " call ${callee}").expect("a String takes any text");
    }
    for number in 0..results.len() {
        write!(text, " local.get {}", first + number).expect("a String takes any text");
    }
    text.push_str(")\n");
}

fn unwrapped(text: &mut String, program: &Program, form: Form, constructors: Option<&'static str>) {
    if form == Form::ForTheHost {
        let own = program.initialize.as_ref().map(|_| ("_initialize", "_initialize"));
        for (name, function) in constructors.map(|name| (name, name)).into_iter().chain(own) {
            export(text, name, function);
        }
        for (name, target) in &program.exports {
            export(text, name, &program.functions[*target].name);
        }
        return;
    }
    let calls = constructors.map(|name| format!("call ${name}")).unwrap_or_default();
    text.push_str("(global $ran (mut i32) (i32.const 0))\n");
    text.push_str("(func $run_ctors_once global.get $ran if return end ");
    text.push_str(&format!("i32.const 1 global.set $ran {calls})\n"));
    if form == Form::Twice {
        let own = program.initialize.iter().map(|own| &*own.name);
        calls_only(text, "start", &constructors.into_iter().chain(own).collect::<Vec<_>>());
        export(text, "_initialize", "start");
    }
    for (number, (name, target)) in program.exports.iter().enumerate() {
        let target = &program.functions[*target];
        let shim = format!("shim{number}");
        export(text, name, &shim);
        let body = call_with_parameters(target);
        wrapper_function(text, &shim, target, &[], &body, (&["run_ctors_once"], None), false);
    }
}

fn constructors(text: &mut String, program: &Program) -> Option<&'static str> {
    if program.constructors.is_empty() {
        return None;
    }
    calls_only(text, CONSTRUCTORS, &names(&program.constructors));
    for constructor in &program.constructors {
        function(text, &constructor.name, constructor);
    }
    Some(CONSTRUCTORS)
}

/// The functions that are neither constructors nor destructors, `$in_table` included.
pub(crate) fn user_functions(text: &mut String, program: &Program) {
    for user in &program.functions {
        function(text, &user.name, user);
    }
    text.push_str("(func $in_table (result i32) global.get $calls i32.const 1 i32.add ");
    text.push_str("global.set $calls global.get $calls)\n");
}

/// Globals, memory and table, and the closing bracket of the module. All globals and the memory are
/// exported, so that the whole state can be compared.
pub(crate) fn state(text: &mut String, program: &Program) {
    text.push_str("(memory (export \"memory\") 1)\n(global $calls (mut i32) (i32.const 0))\n");
    text.push_str("(export \"calls\" (global $calls))\n");
    for (number, ty) in program.globals.iter().enumerate() {
        let line =
            format!("(global $g{number} (export \"g{number}\") (mut {ty}) ({ty}.const 7))\n");
        text.push_str(&line);
    }
    let leaves = names(&program.functions[..program.leaves]);
    let elements: String = leaves.iter().map(|name| format!(" ${name}")).collect();
    text.push_str("(table 4 funcref)\n(elem (i32.const 0) func $in_table");
    text.push_str(&format!("{elements})\n)\n"));
}

pub(crate) fn function(text: &mut String, name: &str, function: &Function) {
    signature(text, name, function);
    put(text, "local", &function.locals);
    text.push_str(&format!(" {})\n", function.body));
}

fn signature(text: &mut String, name: &str, function: &Function) {
    text.push_str(&format!("(func ${name}"));
    put(text, "param", &function.params);
    put(text, "result", &function.results);
}

fn put(text: &mut String, what: &str, types: &[Ty]) {
    for ty in types {
        text.push_str(&format!(" ({what} {ty})"));
    }
}

pub(crate) fn calls_only(text: &mut String, name: &str, callees: &[&str]) {
    let calls: String = callees.iter().map(|name| format!(" call ${name}")).collect();
    text.push_str(&format!("(func ${name}{calls})\n"));
}

pub(crate) fn export(text: &mut String, name: &str, function: &str) {
    text.push_str(&format!("(export \"{name}\" (func ${function}))\n"));
}

pub(crate) fn call_with_parameters(target: &Function) -> String {
    let gets: String =
        (0..target.params.len()).map(|number| format!("local.get {number} ")).collect();
    format!("{gets}call ${}", target.name)
}

/// The function's body, inlined in place of its call: `return` becomes a branch out of a block.
fn inlined_body(target: &Function) -> String {
    let mut block = String::from("(block $inlined");
    put(&mut block, "result", &target.results);
    format!("{block} {})", target.body.replace("(return ", "(br $inlined "))
}

fn names(functions: &[Function]) -> Vec<&str> {
    functions.iter().map(|function| &*function.name).collect()
}

//! The differential fuzzer: patches random programs, and looks for the first that behaves otherwise
//! than the reactor that it should be.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use libtest_mimic::Trial;
use polyreactor_convention::{Assume, Change, PatchOptions, Patched, Refused, Strip, patch, strip};
use polyreactor_tests::trial;

use super::clean::{Clean, clean};
use super::engine::{Call, Machine, compare};
use super::form::{self, Form};
use super::program::{Around, Program};

/// How often what happened.
pub(crate) static TALLY: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

/// `count` programs of each kind, in pieces that run at once.
pub(crate) fn trials(count: u64) -> Vec<Trial> {
    const PIECES: u64 = 8;
    let kinds = [("wrapped", wrapped as fn(u64) -> Result<String>), ("clean", left_alone)];
    let pieces = kinds.iter().flat_map(|kind| (0..PIECES).map(move |piece| (*kind, piece)));
    let trials = pieces.map(|((name, prove), piece)| {
        trial(format!("proof::{name}::{piece}"), move || {
            for seed in (piece..count).step_by(PIECES as usize) {
                let done = prove(seed).with_context(|| format!("{name}, seed {seed}"))?;
                *TALLY.lock().expect("nobody panics").entry(done).or_default() += 1;
            }
            Ok(())
        })
    });
    trials.collect()
}

const FORMS: [Form; 7] = [
    Form::Linked,
    Form::ResultsInLocals,
    Form::SomeInlined,
    Form::ConstructorsInlined,
    Form::Late,
    Form::Twice,
    Form::ForTheHost,
];
const AROUND: [Around; 4] =
    [Around::Neither, Around::Constructors, Around::Destructors, Around::Both];
const CLEAN: [Clean; 5] =
    [Clean::Reactor, Clean::Plain, Clean::LockAndUnlock, Clean::CheckFirst, Clean::FlushLast];

/// A program that was linked as a command, patched, must behave as the reactor does.
fn wrapped(seed: u64) -> Result<String> {
    let random = &mut Rng::with_seed(seed);
    let (form, around) = (FORMS[random.usize(..FORMS.len())], AROUND[random.usize(..4)]);
    let is_wrapped = form < Form::Late && around != Around::Neither;
    let mut program = Program::random(random, around);
    if form == Form::Late {
        program.initialize = None;
    }
    let (mut text, inlined) = form::unpatched(&program, form, random);
    // What is not wrapped is told by its names only.
    let names = if form >= Form::Late { Names::Given } else { Names::random(random) };
    let is_named = names == Names::Given;
    // Of what a later tool adds, asyncify's is known by name. Any other makes all others doubtful,
    // where there are no names, as long as the linker's hand can be seen.
    let is_plain = matches!(form, Form::Linked | Form::ResultsInLocals) || is_named;
    add_export(&mut text, is_plain && is_wrapped, random);
    let module = assemble(&text, names)?;
    let reactor = assemble(&form::reactor(&program), Names::Given)?;
    let calls = calls(&program, random);
    let must_be_mended = is_named
        && match form {
            Form::SomeInlined => inlined == 0 || around == Around::Both,
            Form::ConstructorsInlined => program.constructors.is_empty(),
            _ => true,
        };
    let prove = |options: PatchOptions| -> Result<Option<bool>> {
        match patch(&module, &options) {
            Ok(patched) => {
                let unwrapped = |change: &Change| matches!(change, Change::Unwrapped { .. });
                let was_unwrapped = patched.changes.iter().any(unwrapped);
                ensure!(was_unwrapped == is_wrapped, "taken for the other: {:?}", patched.changes);
                prove_same(&reactor, &patched, &calls)?;
                Ok(Some(differs(&reactor, &module, &calls)?))
            }
            Err(refused @ (Refused::Faulty(_) | Refused::NotAsAssumed { .. })) => {
                ensure!(!must_be_mended, "refused: {refused}");
                Ok(None)
            }
            Err(other) => bail!("{other}"),
        }
    };
    let told = |what: &str| format!("{form:?}, {around:?}, {names}: {what}");
    let proved = match prove(PatchOptions::default()) {
        Ok(Some(true)) => Ok(told("mended, and was another before")),
        Ok(Some(false)) => Ok(told("mended")),
        // Whoever says that it is wrapped is right, and may not be given a wrong module.
        Ok(None) => prove(PatchOptions::default().assume(Assume::Wrapped)).map(|done| match done {
            Some(_) => told("mended, with --assume wrapped"),
            None => told("refused"),
        }),
        Err(error) => Err(error),
    };
    proved.with_context(|| format!("{form:?}, {around:?}, {names}\n{text}"))
}

fn prove_same(reactor: &[u8], patched: &Patched<'_>, calls: &[Call]) -> Result<()> {
    let mut mended = Machine::new(&patched.bytes)?;
    let initialised = compare(&mut Machine::new(reactor)?, &mut mended, calls)?;
    let added = |change: &Change| matches!(change, Change::AddedInitialize { .. });
    if initialised && patched.changes.iter().any(added) {
        let again = mended.call(&calls[0])?;
        ensure!(again.is_err(), "a second `_initialize` does not trap");
    }
    Ok(())
}

/// Whether the module showed another behaviour before it was patched: that the comparison
/// can fail.
fn differs(reactor: &[u8], module: &[u8], calls: &[Call]) -> Result<bool> {
    let (mut reactor, mut module) = (Machine::new(reactor)?, Machine::new(module)?);
    if !module.has(&calls[0].name) {
        drop(reactor.call(&calls[0])?);
        return Ok(compare(&mut reactor, &mut module, &calls[1..]).is_err());
    }
    Ok(compare(&mut reactor, &mut module, calls).is_err())
}

/// A program that is not wrapped must come back as it is, or with an `_initialize` more.
fn left_alone(seed: u64) -> Result<String> {
    let random = &mut Rng::with_seed(seed);
    let kind = CLEAN[random.usize(..CLEAN.len())];
    let names = Names::random(random);
    let is_named = names == Names::Given;
    let program = Program::random(random, Around::Both);
    let mut text = clean(&program, kind, is_named, random);
    add_export(&mut text, true, random);
    let module = assemble(&text, names)?;
    let calls = calls(&program, random);
    let prove = |options: PatchOptions| -> Result<&str> {
        let patched = match patch(&module, &options) {
            Ok(patched) => patched,
            Err(Refused::Faulty(_)) if !is_named && options.assume.is_none() => {
                return Ok("refused");
            }
            Err(other) => bail!("{other}"),
        };
        let mut original = Machine::new(&module)?;
        // What a person said about it is written down.
        let is_told = options.assume.is_some();
        if original.has("_initialize") && is_told {
            ensure!(patched.changes == [Change::Signed], "changed: {:?}", patched.changes);
            compare(&mut original, &mut Machine::new(&patched.bytes)?, &calls)?;
            return Ok("signed");
        }
        if original.has("_initialize") {
            ensure!(patched.changes.is_empty(), "changed: {:?}", patched.changes);
            ensure!(std::ptr::eq(&*patched.bytes, &*module), "other bytes");
            return Ok("the same bytes");
        }
        let added = Change::AddedInitialize { constructors: false, before_own: false };
        ensure!(patched.changes == [added], "changed: {:?}", patched.changes);
        let mut patched = Machine::new(&patched.bytes)?;
        ensure!(patched.call(&calls[0])?.is_ok(), "the new `_initialize` traps");
        compare(&mut original, &mut patched, &calls[1..])?;
        Ok("`_initialize` added")
    };
    let told = |what: &str| format!("{kind:?}, {names}: {what}");
    let proved = match prove(PatchOptions::default()) {
        // Whoever says that it is clean is right, and has to be believed.
        Ok("refused") => prove(PatchOptions::default().assume(Assume::Clean))
            .map(|done| told(&format!("{done}, with --assume clean"))),
        Ok(done) => Ok(told(done)),
        Err(error) => Err(error),
    };
    proved.with_context(|| format!("{kind:?}, {names}\n{text}"))
}

/// `_initialize`, then exports in any order.
fn calls(program: &Program, random: &mut Rng) -> Vec<Call> {
    let mut calls = vec![Call { name: "_initialize".to_owned(), seed: 0 }];
    for _ in 0..random.usize(2..8) {
        let (name, _) = &program.exports[random.usize(..program.exports.len())];
        calls.push(Call { name: name.clone(), seed: random.u64(..) });
    }
    calls
}

/// The names of a module's functions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// Those that the linker and the author gave.
    Given,
    /// None at all.
    Stripped,
    /// Those that a tool makes up where there are none: numbers.
    MadeUp,
}

impl Names {
    fn random(random: &mut Rng) -> Self {
        [Names::Given, Names::Given, Names::Stripped, Names::MadeUp][random.usize(..4)]
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Names::Given => "with names",
            Names::Stripped => "stripped",
            Names::MadeUp => "with numbers for names",
        })
    }
}

/// Now and then, an export that the linker has not seen: not wrapped, and without a name.
fn add_export(text: &mut String, of_any_name: bool, random: &mut Rng) {
    let name = match random.u8(..8) {
        0 => "asyncify_get_state",
        1 if of_any_name => "odd",
        _ => return,
    };
    let end = text.trim_end().trim_end_matches(')').len();
    text.truncate(end);
    text.push_str(&format!("(func (export \"{name}\") (result i32) global.get $calls))\n"));
}

fn assemble(text: &str, names: Names) -> Result<Vec<u8>> {
    let module = wat::parse_str(text).with_context(|| text.to_owned())?;
    if names == Names::Given {
        return Ok(module);
    }
    let mut module = strip(&module, Strip::Names)?.into_owned();
    if names == Names::MadeUp {
        let count = text.matches("(func $").count() + text.matches("(func (export").count();
        module.extend(numbers_as_names(count));
    }
    Ok(module)
}

/// A name section that calls every function by its number.
fn numbers_as_names(functions: usize) -> Vec<u8> {
    let mut names = leb(functions);
    for number in 0..functions {
        names.extend(leb(number));
        names.extend(string(&number.to_string()));
    }
    let subsection = [vec![1], leb(names.len()), names].concat();
    let section = [string("name"), subsection].concat();
    [vec![0], leb(section.len()), section].concat()
}

fn string(text: &str) -> Vec<u8> {
    [leb(text.len()), text.as_bytes().to_vec()].concat()
}

fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

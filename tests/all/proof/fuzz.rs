//! Differential fuzzer: patches random programs, and compares the behaviour of each with that of
//! the same program linked as a reactor.

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

/// The number of programs by their outcome.
pub(crate) static TALLY: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

/// Tests of `count` programs of each kind, in eight parts that run in parallel.
pub(crate) fn trials(count: u64) -> Vec<Trial> {
    const PIECES: u64 = 8;
    let kinds = [("wrapped", wrapped as fn(u64) -> Result<String>), ("clean", left_alone)];
    let pieces = kinds.iter().flat_map(|kind| (0..PIECES).map(move |piece| (*kind, piece)));
    let trials = pieces.map(|((name, prove), piece)| {
        trial(format!("proof::{name}::{piece}"), move || {
            for seed in (piece..count).step_by(PIECES as usize) {
                let done = prove(seed).with_context(|| format!("{name}, seed {seed}"))?;
                let mut tally = TALLY.lock().expect("no thread panics with the lock");
                *tally.entry(done).or_default() += 1;
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

/// A program in one of the forms of [`Form`], patched, must behave like the reactor.
fn wrapped(seed: u64) -> Result<String> {
    let random = &mut Rng::with_seed(seed);
    let (form, around) = (FORMS[random.usize(..FORMS.len())], AROUND[random.usize(..4)]);
    let is_wrapped = form < Form::Late && around != Around::Neither;
    let mut program = Program::random(random, around);
    if form == Form::Late {
        program.initialize = None;
    }
    let (mut text, inlined) = form::unpatched(&program, form, random);
    // In a module that is not wrapped, `patch` finds the constructors by name only.
    let names = if form >= Form::Late { Names::Given } else { Names::random(random) };
    let is_named = names == Names::Given;
    // `patch` knows the exports that asyncify adds by their names. Any other export that was added
    // after linking is a doubt about all exports if there are no names, unless the form is that of
    // the linker.
    let is_plain = matches!(form, Form::Linked | Form::ResultsInLocals) || is_named;
    add_export(&mut text, is_plain && is_wrapped, random);
    let module = assemble(&text, names)?;
    let reactor = assemble(&form::reactor(&program), Names::Given)?;
    let calls = calls(&program, random);
    let must_be_repaired = is_named
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
                ensure!(
                    was_unwrapped == is_wrapped,
                    "wrapped: {is_wrapped}, unwrapped by `patch`: {was_unwrapped}: {:?}",
                    patched.changes
                );
                prove_same(&reactor, &patched, &calls)?;
                Ok(Some(differs(&reactor, &module, &calls)?))
            }
            Err(refused @ (Refused::Faulty(_) | Refused::NotAsAssumed { .. })) => {
                ensure!(!must_be_repaired, "refused: {refused}");
                Ok(None)
            }
            Err(other) => bail!("{other}"),
        }
    };
    let entry = |what: &str| format!("{form:?}, {around:?}, {names}: {what}");
    let proved = match prove(PatchOptions::default()) {
        Ok(Some(true)) => Ok(entry("repaired, behaved differently before")),
        Ok(Some(false)) => Ok(entry("repaired")),
        // `--assume wrapped` is a true statement here: it must not lead to a wrong module.
        Ok(None) => prove(PatchOptions::default().assume(Assume::Wrapped)).map(|done| match done {
            Some(_) => entry("repaired, with --assume wrapped"),
            None => entry("refused"),
        }),
        Err(error) => Err(error),
    };
    proved.with_context(|| format!("{form:?}, {around:?}, {names}\n{text}"))
}

fn prove_same(reactor: &[u8], patched: &Patched<'_>, calls: &[Call]) -> Result<()> {
    let mut repaired = Machine::new(&patched.bytes)?;
    let initialised = compare(&mut Machine::new(reactor)?, &mut repaired, calls)?;
    let added = |change: &Change| matches!(change, Change::AddedInitialize { .. });
    if initialised && patched.changes.iter().any(added) {
        let again = repaired.call(&calls[0])?;
        ensure!(again.is_err(), "a second `_initialize` does not trap");
    }
    Ok(())
}

/// Whether the unpatched module behaves differently from the reactor. The tally of these shows that
/// the comparison can fail.
fn differs(reactor: &[u8], module: &[u8], calls: &[Call]) -> Result<bool> {
    let (mut reactor, mut module) = (Machine::new(reactor)?, Machine::new(module)?);
    if !module.has(&calls[0].name) {
        drop(reactor.call(&calls[0])?);
        return Ok(compare(&mut reactor, &mut module, &calls[1..]).is_err());
    }
    Ok(compare(&mut reactor, &mut module, calls).is_err())
}

/// `patch` must return a program that is not wrapped unchanged, or only add an `_initialize`.
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
        // `patch` records in the module that an `--assume` was given (R011).
        let is_assumed = options.assume.is_some();
        if original.has("_initialize") && is_assumed {
            ensure!(patched.changes == [Change::Signed], "changed: {:?}", patched.changes);
            compare(&mut original, &mut Machine::new(&patched.bytes)?, &calls)?;
            return Ok("signed");
        }
        if original.has("_initialize") {
            ensure!(patched.changes.is_empty(), "changed: {:?}", patched.changes);
            ensure!(std::ptr::eq(&*patched.bytes, &*module), "not the same slice");
            return Ok("the same bytes");
        }
        let added = Change::AddedInitialize { constructors: false, before_own: false };
        ensure!(patched.changes == [added], "changed: {:?}", patched.changes);
        let mut patched = Machine::new(&patched.bytes)?;
        ensure!(patched.call(&calls[0])?.is_ok(), "the new `_initialize` traps");
        compare(&mut original, &mut patched, &calls[1..])?;
        Ok("`_initialize` added")
    };
    let entry = |what: &str| format!("{kind:?}, {names}: {what}");
    let proved = match prove(PatchOptions::default()) {
        // `--assume clean` is a true statement here: `patch` must accept it.
        Ok("refused") => prove(PatchOptions::default().assume(Assume::Clean))
            .map(|done| entry(&format!("{done}, with --assume clean"))),
        Ok(done) => Ok(entry(done)),
        Err(error) => Err(error),
    };
    proved.with_context(|| format!("{kind:?}, {names}\n{text}"))
}

/// `_initialize`, then calls of exports in random order.
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
    /// The names that the linker and the author gave.
    Given,
    /// No names.
    Stripped,
    /// Numbers, which a tool invents for a module without names.
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

/// Adds, with a probability, an export that a tool adds after linking: it is not wrapped, and its
/// function has no name.
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

/// A name section that gives every function its number as its name.
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

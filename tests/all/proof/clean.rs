//! Random modules that are not wrapped, although some look like it: `patch` must not unwrap them.

use fastrand::Rng;

use super::form;
use super::program::{Function, Program};

/// The code that an author writes around exported functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Clean {
    /// None: a reactor, linked with the start file of a reactor.
    Reactor,
    /// None, and there is no `_initialize`.
    Plain,
    /// `lock; work; unlock` in every export.
    LockAndUnlock,
    /// `check; work` in every export.
    CheckFirst,
    /// `work; flush` in every export.
    FlushLast,
}

/// A module that `patch` must not unwrap. In a module without names, the functions called first and
/// last do work of their own: if they only called others, the module could not be distinguished
/// from a wrapped one.
pub(crate) fn clean(program: &Program, kind: Clean, is_named: bool, random: &mut Rng) -> String {
    if kind == Clean::Reactor {
        return form::reactor(program);
    }
    let has_lock = matches!(kind, Clean::LockAndUnlock | Clean::CheckFirst);
    let has_unlock = matches!(kind, Clean::LockAndUnlock | Clean::FlushLast);
    let first = has_lock.then_some("acquire");
    let last = has_unlock.then_some("release");
    let mut helpers = String::new();
    let does_work = !is_named || random.bool();
    for (name, all) in [(first, &program.constructors), (last, &program.destructors)] {
        for part in all {
            form::function(&mut helpers, &part.name, part);
        }
        let Some(name) = name else { continue };
        let calls: String = all.iter().map(|part| format!(" call ${}", part.name)).collect();
        let work = if does_work { " global.get $calls global.set $calls" } else { "" };
        helpers.push_str(&format!("(func ${name}{work}{calls})\n"));
    }
    let mut exports = String::new();
    for (number, (name, target)) in program.exports.iter().enumerate() {
        let target = &program.functions[*target];
        if kind == Clean::Plain {
            form::export(&mut exports, name, &target.name);
            continue;
        }
        let own = format!("{name}_{number}");
        form::export(&mut exports, name, &own);
        guarded(&mut exports, &own, target, (first, last), random.bool());
    }
    // Helpers and exports are in random order, because position is evidence.
    let mut parts = [helpers, exports, String::new()];
    form::user_functions(&mut parts[2], program);
    random.shuffle(&mut parts);
    let mut text = format!("(module\n{}", parts.concat());
    if let Some(own) = &program.initialize {
        form::function(&mut text, "_initialize", own);
        form::export(&mut text, "_initialize", "_initialize");
    }
    form::state(&mut text, program);
    text
}

fn guarded(
    text: &mut String,
    name: &str,
    target: &Function,
    (first, last): (Option<&str>, Option<&str>),
    in_locals: bool,
) {
    let before: Vec<&str> = first.into_iter().collect();
    let body = form::call_with_parameters(target);
    form::wrapper_function(text, name, target, &[], &body, (&before, last), in_locals);
}

//! Sequences: which exports are called, how often, and with what.

use polyreactor_contract::Val;

use super::choices::{Source, SpanKind};
use super::dictionary::Dictionary;
use super::texts;
use super::values::{Ranges, Values, encode};
use crate::plugin::interface::Interface;
use crate::program::{Answer, Argument, Call, Program};
use crate::shrink::Drawn;

/// What a sequence may consist of.
pub(crate) struct Scope<'a> {
    pub(crate) interface: &'a Interface,
    pub(crate) dictionary: &'a Dictionary,
    /// The numbers of the exports that are called, each with its weight.
    pub(crate) exports: &'a [(usize, u32)],
    pub(crate) ranges: &'a Ranges,
    /// The most calls of a sequence.
    pub(crate) max_calls: usize,
    /// The exports whose results differ from run to run: no later call uses these.
    pub(crate) noisy: &'a dyn Fn(usize) -> bool,
    /// Whether the preconditions of the suite hold for a call; a call for which they do not is left
    /// out.
    pub(crate) is_allowed: &'a dyn Fn(&Call) -> bool,
    /// The imports whose answers are generated.
    pub(crate) answered: &'a [usize],
}

/// The most often that a call is repeated in a row.
const MOST_TIMES: u64 = 2100;

/// The most answers of a host function that are drawn; later ones are the simplest values.
const MOST_ANSWERS: usize = 8;

/// Draws a sequence of calls.
pub(crate) fn sequence(mut source: Source, scope: &Scope<'_>) -> Drawn<Program> {
    let style = source.plan(|rng| Style::pick(rng, scope));
    let mut values =
        Values { dictionary: scope.dictionary, integers: Vec::new(), texts: Vec::new() };
    let mut program = Program::default();
    for import in scope.answered {
        let signature = &scope.interface.imports[*import].signature;
        let planned = style.as_ref().map_or(0, |style| style.answers);
        let answers = texts::elements(&mut source, (0, MOST_ANSWERS), planned, |source, _| {
            let fails = source.draw(15, |rng| u64::from(rng.u32(0..24) == 0) * 15) == 15;
            let value = signature.result().map(|ty| values.value(source, ty, None));
            if fails { Answer::Fails } else { Answer::Returns(value) }
        });
        program.answers.push((*import, answers));
    }
    for drawn in 0..scope.max_calls {
        let planned = style.as_ref().is_some_and(|style| drawn < style.calls);
        let call = source.span(SpanKind::Call, |source| {
            (source.draw(1, |_| planned.into()) == 1)
                .then(|| call(source, scope, style.as_ref(), &program.calls, &mut values))
        });
        match call {
            Some(call) if (scope.is_allowed)(&call) => program.calls.push(call),
            Some(_) => source.leave_out_call(),
            None => break,
        }
    }
    source.into_drawn(program)
}

/// How a random sequence looks: the choices are made accordingly, and none records the style.
struct Style {
    calls: usize,
    answers: usize,
    /// The exports that are called, each as often as it is in the list. Some sequences call a few
    /// exports only: a difference that needs one of them often is found sooner.
    exports: Vec<usize>,
    repeats: bool,
}

impl Style {
    fn pick(rng: &mut fastrand::Rng, scope: &Scope<'_>) -> Self {
        let calls = [1, 2, 3, 5, 8, 12, 20, scope.max_calls][rng.usize(..8)];
        let mut exports: Vec<usize> = (0..scope.exports.len()).collect();
        if rng.u32(0..3) == 0 {
            rng.shuffle(&mut exports);
            exports.truncate(rng.usize(1..=exports.len().max(1)));
        }
        // Weights are scaled down to lists of at most a thousand.
        let heaviest = scope.exports.iter().map(|(_, weight)| *weight).max().unwrap_or(1);
        let scale = heaviest.div_ceil(1000).max(1);
        let weighted = exports.iter().flat_map(|export| {
            std::iter::repeat_n(*export, scope.exports[*export].1.div_ceil(scale) as usize)
        });
        Style {
            calls: calls.min(scope.max_calls),
            answers: rng.usize(0..=MOST_ANSWERS),
            exports: weighted.collect(),
            repeats: rng.u32(0..24) == 0,
        }
    }
}

/// The stream that gives the same calls with values in place of the results of earlier calls that
/// are used as arguments; `results` has the results of the calls. `None` where there are none to
/// replace.
pub(crate) fn with_values(
    drawn: &Drawn<Program>,
    interface: &Interface,
    results: &[Option<Val>],
) -> Option<Vec<u64>> {
    let mut stream = Vec::new();
    let mut copied = 0;
    let calls = drawn.item.calls.iter();
    let mut used = calls.flat_map(|call| {
        let parameters = interface.exports[call.export].signature.parameters();
        call.arguments.iter().zip(parameters).filter_map(|(argument, parameter)| match argument {
            Argument::Result(number) => Some((*number, &parameter.ty)),
            Argument::Value(_) => None,
        })
    });
    let spans = drawn.spans.iter().filter(|span| span.kind == SpanKind::Value);
    for span in spans.filter(|span| drawn.choices[span.begin - 1].value > 0) {
        let (number, ty) = used.next()?;
        let encoded = encode(ty, results.get(number)?.as_ref()?)?;
        stream.extend(drawn.choices[copied..span.begin - 1].iter().map(|choice| choice.value));
        stream.push(0);
        stream.extend(encoded);
        copied = span.end;
    }
    stream.extend(drawn.choices[copied..].iter().map(|choice| choice.value));
    (copied > 0).then_some(stream)
}

fn call(
    source: &mut Source,
    scope: &Scope<'_>,
    style: Option<&Style>,
    before: &[Call],
    values: &mut Values<'_>,
) -> Call {
    let last = scope.exports.len() as u64 - 1;
    let chosen = source.draw(last, |rng| match style {
        Some(style) if !style.exports.is_empty() => {
            style.exports[rng.usize(..style.exports.len())] as u64
        }
        _ => rng.u64(0..=last),
    });
    let export = scope.exports[chosen as usize].0;
    let times = 1 + source.draw(MOST_TIMES - 1, |rng| match style {
        Some(style) if style.repeats && rng.u32(0..4) == 0 => {
            [1, 9, 99, 255, 1000, 1024, MOST_TIMES - 1][rng.usize(..7)]
        }
        _ => 0,
    });
    let signature = &scope.interface.exports[export].signature;
    let arguments = signature.parameters().iter().enumerate().map(|(number, parameter)| {
        let range = scope.ranges.get(&(export, number)).copied();
        let results: Vec<usize> = (0..before.len())
            .filter(|at| {
                let earlier = before[*at].export;
                let result = scope.interface.exports[earlier].signature.result();
                result == Some(&parameter.ty) && !(scope.noisy)(earlier)
            })
            .collect();
        // The number of the earlier call, the latest first; 0 stands for a value. Both choices are
        // drawn in any case, so that the choices that follow keep their places when an earlier call
        // is cut out.
        let count = if range.is_some() { 0 } else { results.len() as u64 };
        let picked = source.draw(count, |rng| match rng.u32(0..10) {
            0..4 if count > 0 => rng.u64(1..=count),
            _ => 0,
        });
        let value =
            source.span(SpanKind::Value, |source| values.value(source, &parameter.ty, range));
        match picked {
            0 => Argument::Value(value),
            back => Argument::Result(results[results.len() - back as usize]),
        }
    });
    let arguments = arguments.collect();
    Call { export, arguments, times: times as u32 }
}

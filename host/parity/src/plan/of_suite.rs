//! Turns a suite into a plan.

use std::sync::Arc;

use polyreactor_contract::Val;

use super::scripts::Answers;
use super::{
    CasePlan, Expected, Generated, Invariant, Plan, Relation, Resources, Step, Work, Written,
};
use crate::compare::judge::Allowed;
use crate::compare::observe::{Aspect, End, Observation};
use crate::generate::Range;
use crate::plugin::implementation::Implementation;
use crate::plugin::interface::Interface;
use crate::program::{Argument, Call, Program};
use crate::report;
use crate::suite::{
    self, Allow, Case, Condition, Property, Same, SameCall, Span, Suite, SuiteCall, What,
};

impl Plan {
    /// The plan of a suite.
    pub(crate) fn of(
        suite: &Suite,
        interface: &Interface,
        implementations: &[Implementation],
    ) -> Self {
        let typed = Arc::new(interface.for_suite());
        let mut plan = Plan::default();
        let mut before = Written::default();
        for case in &suite.cases {
            let written = written(case, &before);
            plan.cases.push(CasePlan {
                name: case.name.clone(),
                work: Work::Written(Written {
                    program: written.program.clone(),
                    expected: written.expected.clone(),
                    ..written
                }),
            });
            before = written;
        }
        for property in &suite.properties {
            // A property that only relates sequences needs no others.
            if property.same.is_empty() || !property.holds.is_empty() {
                plan.cases.push(CasePlan {
                    name: property.name.clone(),
                    work: Work::Generated(generated(property, &typed)),
                });
            }
            for same in &property.same {
                plan.cases.push(CasePlan {
                    name: format!("{}: {}", property.name, same.text),
                    work: Work::Relation(relation(same, property)),
                });
            }
        }
        for import in &suite.imports {
            let answers = Answers::new(import.answer.clone(), import.import, typed.clone());
            plan.scripts.insert(import.import, Arc::new(answers));
        }
        let allowances = suite.allowances.iter();
        plan.allowances =
            allowances.map(|allow| allowance(allow, interface, implementations)).collect();
        plan.resources = suite.resources.as_ref().map(resources);
        plan
    }
}

fn written(case: &Case, before: &Written) -> Written {
    let shared = if case.share { before.program.calls.len() } else { 0 };
    let mut calls = before.program.calls[..shared].to_vec();
    calls.extend(case.calls.iter().map(|it| call(it, shared)));
    let mut expected = vec![None; shared];
    expected.extend(case.calls.iter().map(|call| call.expected.as_ref().map(self::expected)));
    let program = Program { calls, answers: Vec::new() };
    Written { program, expected, shared, is_replayed: false }
}

/// A call of a suite; `shared` is the number of calls before the first one of its case.
pub(crate) fn call(call: &SuiteCall, shared: usize) -> Call {
    let arguments = call.arguments.iter().map(|argument| match argument {
        suite::Argument::Val(value) => Argument::Value(value.clone()),
        suite::Argument::Result(number) => Argument::Result(shared + number),
    });
    Call { export: call.export, arguments: arguments.collect(), times: call.times }
}

pub(crate) fn expected(expected: &suite::Expected) -> Expected {
    match expected {
        suite::Expected::Outcome(outcome) => Expected::Returns(outcome.clone()),
        suite::Expected::Kind(word) => Expected::Kind(word.clone()),
    }
}

fn generated(property: &Property, typed: &Arc<suite::Interface>) -> Generated {
    let exports = property.exports.iter().copied().zip(property.weights.iter().copied());
    let exports = exports.filter(|(_, weight)| *weight > 0);
    let ranges = property.ranges.iter();
    let preconditions = property.when.iter().map(|condition| {
        let (condition, typed): (Condition, _) = (condition.clone(), typed.clone());
        let export = condition.export;
        let holds = move |values: &[Val]| condition.holds(&typed, values, None);
        (export, Arc::new(holds) as Arc<super::Predicate>)
    });
    let invariants = property.holds.iter().map(|condition| {
        let (condition, typed): (Condition, _) = (condition.clone(), typed.clone());
        let name = &typed.exports[condition.export].name;
        let text = format!("{name}: {}", condition.expr);
        let export = condition.export;
        let holds = move |values: &[Val], observation: &Observation| match &observation.end {
            End::Returned(outcome) => condition.holds(&typed, values, Some(outcome)),
            // A call that fails has no result to hold anything of.
            End::Failed(_) => None,
        };
        Invariant { export, text, holds: Arc::new(holds) }
    });
    Generated {
        exports: exports.collect(),
        ranges: ranges.map(|it| ((it.export, it.parameter), range(&it.span))).collect(),
        max_calls: property.calls.map(|calls| calls as usize),
        sequences: property.sequences.map(u64::from),
        preconditions: preconditions.collect(),
        invariants: invariants.collect(),
    }
}

fn range(span: &Span) -> Range {
    match span {
        Span::Integers(range) => Range::Integers(*range.start(), *range.end()),
        Span::Floats(range) => Range::Floats(*range.start(), *range.end()),
        Span::Lengths(range) => Range::Lengths(*range.start() as usize, *range.end() as usize),
    }
}

fn relation(same: &Same, property: &Property) -> Relation {
    let names = same.names.iter().map(|name| {
        let found = property
            .ranges
            .iter()
            .find(|range| range.export == name.export && range.parameter == name.parameter);
        (name.name.clone(), name.ty.clone(), found.map(|it| range(&it.span)))
    });
    let names: Vec<_> = names.collect();
    let known: Arc<[String]> = names.iter().map(|(name, ..)| name.clone()).collect();
    let side = |calls: &[SameCall]| -> Vec<Arc<Step>> {
        calls.iter().map(|call| step(call.clone(), known.clone())).collect()
    };
    Relation {
        text: same.text.clone(),
        sides: [side(&same.left), side(&same.right)],
        names,
        sequences: property.sequences.map(u64::from),
    }
}

fn step(call: SameCall, names: Arc<[String]>) -> Arc<Step> {
    Arc::new(move |values: &[Val], results: &[Option<Val>]| {
        let pairs = names.iter().zip(values);
        let env = pairs.fold(suite::Env::default(), |env, (name, value)| env.with(&**name, value));
        let env = env.with_results(results);
        let arguments = call.arguments.iter().map(|expr| expr.eval(&env).map(Argument::Value));
        let arguments = arguments.collect::<Option<Vec<_>>>()?;
        Some(Call { export: call.export, arguments, times: 1 })
    })
}

fn allowance(
    allow: &Allow,
    interface: &Interface,
    implementations: &[Implementation],
) -> (Allowed, report::Allowance) {
    let fits = |implementation: &Implementation| {
        let language = implementation.language.as_deref().unwrap_or(&implementation.label);
        let has_language =
            allow.languages.is_empty() || allow.languages.iter().any(|it| it == language);
        let version = implementation.compiler.as_deref().and_then(|it| it.rsplit(' ').next());
        let version = version.and_then(|version| semver::Version::parse(version).ok());
        has_language
            && allow
                .toolchain
                .as_ref()
                .is_none_or(|versions| version.is_some_and(|version| versions.matches(&version)))
    };
    let numbers = (0..implementations.len()).filter(|at| fits(&implementations[*at]));
    let word = |end: &suite::End| match end {
        suite::End::Any => None,
        suite::End::Returns => Some("returns".to_owned()),
        suite::End::Kind(word) => Some((*word).to_owned()),
    };
    let allowed = Allowed {
        case: allow.case.clone(),
        export: allow.export,
        implementations: numbers.collect(),
        aspects: allow.what.map(aspect).into_iter().collect(),
        from: word(&allow.from),
        to: word(&allow.to),
    };
    let mut what = Vec::new();
    what.extend(allow.export.map(|export| format!("`{}`", interface.exports[export].name)));
    what.extend(allow.case.as_ref().map(|case| format!("in \u{201c}{case}\u{201d}")));
    what.extend((!allow.languages.is_empty()).then(|| allow.languages.join(", ")));
    what.extend(allow.toolchain.as_ref().map(ToString::to_string));
    what.extend(allow.what.map(|what| what.as_str().to_owned()));
    if allowed.from.is_some() || allowed.to.is_some() {
        let or_any = |word: &Option<String>| word.clone().unwrap_or_else(|| "*".to_owned());
        what.push(format!("{} → {}", or_any(&allowed.from), or_any(&allowed.to)));
    }
    let shown = report::Allowance {
        what: what.join(" · "),
        reason: allow.reason.clone(),
        link: allow.link.clone(),
        uses: 0,
    };
    (allowed, shown)
}

fn aspect(what: What) -> Aspect {
    match what {
        What::Result => Aspect::Result,
        What::End => Aspect::End,
        What::Message => Aspect::Message,
        What::Stdout => Aspect::Stdout,
        What::Stderr => Aspect::Stderr,
        What::HostCalls => Aspect::HostCalls,
        What::Files => Aspect::Files,
        What::Changed => Aspect::Changed,
    }
}

fn resources(resources: &suite::Resources) -> Resources {
    Resources {
        calls: resources.calls.iter().map(|it| call(it, 0)).collect(),
        times: resources.times.into(),
        memory_bytes_per_call: resources.memory_bytes_per_call,
        fuel_factor: resources.fuel_factor,
        host_calls_factor: resources.host_calls_factor,
    }
}

//! Differences between the implementations of a counter.

use crate::report::{Detail, Difference, Group, Shrunk, StepReport};

pub(super) fn division() -> Difference {
    let message = detail("message", "attempt to divide by zero", true);
    let mut difference = sequence(
        vec![
            step("inc(1)", vec![(&[0, 1, 2], "21", vec![])]),
            step(
                "div(1, 0)",
                vec![(&[0, 2], "panic", vec![message]), (&[1], "trap integer-divide", vec![])],
            ),
        ],
        "inc(1); div(1, 0)",
    );
    difference.shrunk = Some(Shrunk { from_calls: 43, executions: 212 });
    difference
}

pub(super) fn greeting() -> Difference {
    let log = |text, differs| detail("host call", text, differs);
    sequence(
        vec![step(
            "greet({name: \"Zoë\", language: \"it's\"})",
            vec![
                (&[0], "\"Ciao, Zoë!\"", vec![log("log(\"greet\")", false)]),
                (&[1], "\"Ciao, Zoe!\"", vec![log("log(\"greet\")", false)]),
                (
                    &[2],
                    "\"Ciao, Zoë!\"",
                    vec![log("log(\"greet\")", false), log("log(\"Zoë\")", true)],
                ),
            ],
        )],
        "greet({name: \"Zoë\", language: \"it's\"})",
    )
}

pub(super) fn statistics() -> Difference {
    let lines = |mean: &str, last: &str| {
        format!("calls     4\nmean      {mean}\nminimum   1\nmaximum   21\nmedian    3\n{last}")
    };
    let quiet = || detail("stderr", "warning: the buffer is half full", false);
    let stdout = |mean, last| detail("stdout", &lines(mean, last), true);
    sequence(
        vec![
            step("inc(1)", vec![(&[0, 1, 2], "21", vec![])]),
            step("inc(-7)", vec![(&[0, 1, 2], "14", vec![])]),
            step(
                "stats()",
                vec![
                    (&[0, 1], "4", vec![stdout("6.25", "variance  71.6"), quiet()]),
                    (&[2], "4", vec![stdout("6.25e0", "variance  71.6\ndone"), quiet()]),
                ],
            ),
            step("(end)", vec![(&[0, 1, 2], "memory of 2 pages", vec![])]),
        ],
        "inc(1); inc(-7); stats()",
    )
}

pub(super) fn property() -> Difference {
    let mut difference = sequence(
        vec![
            step("inc(2147483647)", vec![(&[0, 1, 2], "2147483647", vec![])]),
            step(
                "inc(1)",
                vec![(&[0, 1, 2], "-2147483648", vec![detail("stderr", "wrapped", false)])],
            ),
        ],
        "inc(2147483647); inc(1)",
    );
    difference.shrunk = Some(Shrunk { from_calls: 12, executions: 1_041 });
    difference.expected = Some("the result of inc(n) is at least the result before".to_owned());
    difference
}

pub(super) fn sequence(steps: Vec<StepReport>, replay: &str) -> Difference {
    Difference { steps, replay: replay.to_owned(), shrunk: None, expected: None }
}

pub(super) fn step(call: &str, groups: Vec<(&[usize], &str, Vec<Detail>)>) -> StepReport {
    let groups = groups.into_iter().map(|(implementations, outcome, details)| Group {
        implementations: implementations.to_vec(),
        outcome: outcome.to_owned(),
        details,
    });
    StepReport { call: call.to_owned(), groups: groups.collect() }
}

pub(super) fn detail(label: &str, text: &str, differs: bool) -> Detail {
    Detail { label: label.to_owned(), text: text.to_owned(), differs }
}

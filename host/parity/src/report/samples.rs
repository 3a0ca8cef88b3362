//! Reports that the tests write in each form.

use super::{
    Allowance, CaseKind, CaseReport, ImplementationInfo, Noise, Report, ResourceReport, Verdict,
};

mod differences;

use differences::{detail, division, greeting, property, sequence, statistics, step};

/// The reports with their names, from a small one to hostile texts.
pub(super) fn all() -> Vec<(&'static str, Report)> {
    vec![("empty", Report::default()), ("small", small()), ("full", full()), ("hostile", hostile())]
}

/// A report of three cases, of which one differs.
pub(super) fn small() -> Report {
    Report {
        plugin: "counter".to_owned(),
        implementations: implementations(),
        seed: 7,
        sequences: 20_000,
        cases: vec![
            case("state lives on between calls", CaseKind::Written, 3, Verdict::Equal),
            CaseReport {
                detail: Some("equal for every input of 2^16".to_owned()),
                ..case("add wraps at the limits", CaseKind::Exhaustive, 65_536, Verdict::Equal)
            },
            case("any sequence of calls", CaseKind::Generated, 43, Verdict::Different(division())),
        ],
        ..Report::default()
    }
}

/// A report with every verdict, and with noise, allowances, resources and notes.
pub(super) fn full() -> Report {
    let mut report = small();
    let different = |difference| Verdict::Different(difference);
    report.cases.extend([
        case("greets in the language of the caller", CaseKind::Written, 2, different(greeting())),
        case("statistics are written line by line", CaseKind::Written, 4, different(statistics())),
        case(
            "a counter never decreases",
            CaseKind::Generated,
            812,
            Verdict::Unexpected(property()),
        ),
        case(
            "host functions are called in order",
            CaseKind::Written,
            6,
            Verdict::NotRun { reason: "zig does not export `on_event`".to_owned() },
        ),
        case("reset forgets every value", CaseKind::Written, 5, Verdict::Equal),
        case("records are passed by value", CaseKind::Written, 8, Verdict::Equal),
        case("text is UTF-8 in both directions", CaseKind::Generated, 4_000, Verdict::Equal),
        case("an allocation that is too large fails", CaseKind::Written, 1, Verdict::Equal),
        case("inc(2147483647); inc(1)", CaseKind::Replayed, 2, Verdict::Equal),
    ]);
    report.noise = vec![
        noise("stats", "result", &[1], ["{mean: 12.5, took: 1804}", "{mean: 12.5, took: 1771}"]),
        noise("now", "result", &[0, 1, 2], ["946684800000001000", "946684800000003000"]),
    ];
    report.allowances = vec![
        Allowance {
            what: "the message of a panic in `div`".to_owned(),
            reason: "Each language words it in its own way, and no host shows it.".to_owned(),
            link: Some("https://example.org/counter/issues/12".to_owned()),
            uses: 31,
        },
        Allowance {
            what: "stdout of `stats` in zig".to_owned(),
            reason: "zig 0.15 wrote floats in another notation.".to_owned(),
            link: None,
            uses: 0,
        },
    ];
    report.resources = resources();
    report.notes = vec![
        "Fuel is not compared, because go@node runs in a host that does not count it.".to_owned(),
        "`_initialize` was compared by its output only.".to_owned(),
    ];
    report
}

/// A report whose texts try to break each form: control characters, markup, and long lines.
pub(super) fn hostile() -> Report {
    let mut report = small();
    let text = "\u{1b}[31m</script><b title='x'>\"&amp;\0\u{feff}\u{202e}\u{ffff}]]>\r\n\t漢字";
    report.plugin = text.to_owned();
    report.implementations[1].label = text.to_owned();
    report.implementations[1].compiler = Some(text.to_owned());
    let details = vec![detail("message", text, true), detail(text, text, true)];
    let mut difference = sequence(
        vec![step(&format!("say({text:?})"), vec![(&[0, 9], text, details), (&[1], "1", vec![])])],
        &format!("say({text:?}); it's('{}')", "long, ".repeat(40)),
    );
    difference.expected = Some(text.to_owned());
    report.cases.push(case(text, CaseKind::Written, 1, Verdict::Unexpected(difference)));
    report.cases.push(case(
        &"a name that does not fit into one line of a terminal, ".repeat(3),
        CaseKind::Written,
        1,
        Verdict::NotRun { reason: text.to_owned() },
    ));
    report.noise = vec![noise(text, text, &[7], [text, text])];
    report.allowances = vec![Allowance {
        what: text.to_owned(),
        reason: text.to_owned(),
        link: Some("javascript:alert(1)".to_owned()),
        uses: 0,
    }];
    report.resources = vec![ResourceReport {
        resource: text.to_owned(),
        calls: text.to_owned(),
        unit: text.to_owned(),
        series: vec![vec![f64::NAN, 1.0], vec![], vec![-1e300, f64::INFINITY], vec![2.0]],
        limit: text.to_owned(),
        is_kept: false,
    }];
    report.notes = vec![text.to_owned()];
    report.is_interrupted = true;
    report
}

/// A report with many cases, of which every `each`th differs.
pub(super) fn many(cases: usize, each: usize) -> Report {
    let mut report = full();
    report.cases = (0..cases)
        .map(|number| {
            let verdict = match number % each {
                0 if number % 2 == 0 => Verdict::Different(division()),
                0 => Verdict::Different(statistics()),
                _ => Verdict::Equal,
            };
            let name = format!("sequence {number} of the recorded session");
            case(&name, CaseKind::Written, 3 + number as u64 % 40, verdict)
        })
        .collect();
    report
}

fn implementations() -> Vec<ImplementationInfo> {
    let of = |label: &str, compiler: &str, size_bytes| ImplementationInfo {
        label: label.to_owned(),
        language: Some(label.to_owned()),
        compiler: Some(compiler.to_owned()),
        file: format!("target/polyreactor/counter/{label}.wasm"),
        size_bytes,
    };
    vec![
        of("rust", "rustc 1.95.0", 59_494),
        of("go", "go 1.26.1", 1_887_436),
        of("zig", "zig 0.16.0", 9_812),
    ]
}

fn resources() -> Vec<ResourceReport> {
    let grow = |start: f64, step: f64| (0..24).map(|n| start + step * f64::from(n / 3)).collect();
    let wave = |base: f64| (0..24).map(|n| base + f64::from(n % 5) * base / 40.0).collect();
    vec![
        ResourceReport {
            resource: "memory".to_owned(),
            calls: "inc(1)".to_owned(),
            unit: "bytes".to_owned(),
            series: vec![vec![131_072.0; 24], grow(2_097_152.0, 262_144.0), vec![65_536.0; 24]],
            limit: "no growth after 1,000 calls".to_owned(),
            is_kept: false,
        },
        ResourceReport {
            resource: "fuel".to_owned(),
            calls: "div(n, 3); inc(n)".to_owned(),
            unit: "units of fuel".to_owned(),
            series: vec![wave(212.0), wave(388.0), wave(190.0)],
            limit: "at most twice that of the best implementation".to_owned(),
            is_kept: true,
        },
    ]
}

fn case(name: &str, kind: CaseKind, calls: u64, verdict: Verdict) -> CaseReport {
    CaseReport { name: name.to_owned(), kind, calls, detail: None, verdict }
}

fn noise(export: &str, aspect: &str, implementations: &[usize], examples: [&str; 2]) -> Noise {
    Noise {
        export: export.to_owned(),
        aspect: aspect.to_owned(),
        implementations: implementations.to_vec(),
        examples: examples.map(str::to_owned),
    }
}

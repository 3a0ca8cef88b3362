//! The wording that all forms of the report share: counts, groups, verdicts, and shell commands.

use super::{Allowance, CaseReport, Difference, Noise, Report, ResourceReport, Shrunk, Verdict};

/// A number with separators: `20,000`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its noun, whose plural ends in `s`: `1 call`, `3 calls`.
pub(super) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

/// A measurement with its unit: `1.2 MiB`, `212 calls`, `0.5 calls`.
pub(super) fn quantity(value: f64, unit: &str) -> String {
    match unit {
        "bytes" if value >= 0.0 => polyreactor_terminal::size(value as u64),
        _ => format!("{} {unit}", number(value)),
    }
}

/// The first and the last of the measurements: `64.0 KiB → 1.2 MiB`; one where both are equal.
pub(super) fn course(series: &[f64], unit: &str) -> String {
    match (series.first(), series.last(), unit) {
        (Some(first), Some(last), _) if first == last => quantity(*last, unit),
        (Some(first), Some(last), "bytes") => {
            format!("{} → {}", quantity(*first, unit), quantity(*last, unit))
        }
        (Some(first), Some(last), _) => format!("{} → {}", number(*first), quantity(*last, unit)),
        _ => "not measured".to_owned(),
    }
}

fn number(value: f64) -> String {
    /// Longer numbers are not easy to read.
    const LARGEST: f64 = 1e15;
    if value.abs() >= LARGEST {
        format!("{value:.2e}")
    } else if value >= 0.0 && value.fract() == 0.0 {
        thousands(value as u64)
    } else {
        format!("{value:.1}")
    }
}

/// The names of implementations, given by their indices: `rust, go`.
pub(super) fn labels(report: &Report, indices: &[usize]) -> String {
    let labels = indices.iter().map(|&index| match report.implementations.get(index) {
        Some(implementation) => implementation.label.clone(),
        None => format!("#{index}"),
    });
    labels.collect::<Vec<_>>().join(", ")
}

/// What led to the verdict, without the verdict itself where a sign shows it: `3 calls`, or the
/// reason why the case was not run.
pub(super) fn remark(case: &CaseReport) -> String {
    let detail = || case.detail.iter().cloned();
    let parts: Vec<String> = match &case.verdict {
        Verdict::Equal => [count(case.calls, "call")].into_iter().chain(detail()).collect(),
        Verdict::Different(difference) => {
            [origin(case, difference)].into_iter().chain(detail()).collect()
        }
        Verdict::Unexpected(difference) => {
            let parts = ["equal, but not as expected".to_owned(), origin(case, difference)];
            parts.into_iter().chain(detail()).collect()
        }
        Verdict::NotRun { reason } => vec![format!("not run: {reason}")],
    };
    parts.join(", ")
}

fn origin(case: &CaseReport, difference: &Difference) -> String {
    let Some(Shrunk { from_calls, executions }) = difference.shrunk else {
        return count(case.calls, "call");
    };
    let calls = difference.steps.iter().filter(|step| step.call != "(end)").count();
    format!(
        "shrunk from {} to {}, {}",
        count(from_calls, "call"),
        thousands(calls as u64),
        count(executions, "execution"),
    )
}

/// How often an allowance was used.
pub(super) fn uses(allowance: &Allowance) -> String {
    match allowance.uses {
        0 => "never used: remove it from the suite".to_owned(),
        uses => format!("used {}", count(uses, "time")),
    }
}

/// What differs between two runs: `stats: result, in go`.
pub(super) fn differing(report: &Report, noise: &Noise) -> String {
    let of = labels(report, &noise.implementations);
    format!("{}: {}, in {of}", noise.export, noise.aspect)
}

/// What was measured, and over which calls.
pub(super) fn measured(resource: &ResourceReport) -> String {
    format!("{} over {}", resource.resource, resource.calls)
}

/// The verdict of the run in one line: `equal`, or `different: 1 of 3 cases`.
pub(super) fn summary(report: &Report) -> String {
    if report.is_equal() {
        return "equal".to_owned();
    }
    let cases = count(report.cases.len() as u64, "case");
    let of_cases = |what: &str, is_one: fn(&Verdict) -> bool| match report
        .cases
        .iter()
        .filter(|case| is_one(&case.verdict))
        .count() as u64
    {
        0 => None,
        number => Some(format!("{what}: {} of {cases}", thousands(number))),
    };
    let some = |number: usize, noun: &str, what: &str| {
        (number > 0).then(|| format!("{} {what}", count(number as u64, noun)))
    };
    let unused = report.allowances.iter().filter(|allowance| allowance.uses == 0).count();
    let exceeded = report.resources.iter().filter(|resource| !resource.is_kept).count();
    let parts = [
        of_cases("different", |verdict| matches!(verdict, Verdict::Different(_))),
        of_cases("not as expected", |verdict| matches!(verdict, Verdict::Unexpected(_))),
        of_cases("not run", |verdict| matches!(verdict, Verdict::NotRun { .. })),
        some(unused, "allowance", "never used"),
        some(exceeded, "limit", "exceeded"),
        report.is_interrupted.then(|| "interrupted".to_owned()),
        report.cases.is_empty().then(|| "no case was run".to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A word for a POSIX shell that stands for the text.
pub(super) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let is_printable = |c: char| matches!(c, '\'' | '"' | '\\') || c.escape_debug().len() == 1;
    if text.chars().all(is_printable) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    // A terminal would act on control characters, and hidden ones can't be copied from it.
    let mut word = "$'".to_owned();
    for character in text.chars() {
        match character {
            '\'' | '\\' => word.extend(['\\', character]),
            _ if !is_printable(character) => {
                let mut utf8 = [0; 4];
                let bytes = character.encode_utf8(&mut utf8).bytes();
                word.extend(bytes.map(|byte| format!("\\{byte:03o}")));
            }
            _ => word.push(character),
        }
    }
    word + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_separators() {
        let numbers = [0, 999, 1_000, 20_000, 1_234_567].map(thousands);
        assert_eq!(numbers, ["0", "999", "1,000", "20,000", "1,234,567"]);
        assert_eq!(count(1, "call"), "1 call");
        assert_eq!(quantity(0.25, "calls"), "0.2 calls");
        assert_eq!(course(&[65_536.0, 1_258_291.0], "bytes"), "64.0 KiB → 1.2 MiB");
        assert_eq!(course(&[], "bytes"), "not measured");
    }

    #[test]
    fn a_shell_reads_the_word_as_the_text() {
        for text in
            ["inc", "", "inc(1); div(1, 0)", r#"say("it's", "\\")"#, "a\u{1b}[31m'\\\n\u{85}"]
        {
            let command = format!("printf %s {}", shell_word(text));
            let output = std::process::Command::new("bash").args(["-c", &command]).output();
            assert_eq!(String::from_utf8_lossy(&output.unwrap().stdout), text, "{command}");
        }
    }
}

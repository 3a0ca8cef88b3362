//! Measurements of a resource as a plot: a line for each implementation.

use super::markup::Text;
use crate::report::terminal::cut;
use crate::report::words::{course, measured, quantity, thousands};
use crate::report::{Report, ResourceReport};

/// The number of colours that the style has for lines.
pub(super) const COLORS: usize = 6;

const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 210.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 70.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 38.0;

/// The plot with its title and limit. The text beside the plot has the same figures.
pub(super) fn figure(report: &Report, resource: &ResourceReport) -> String {
    let (class, sign) =
        if resource.is_kept { ("is-equal", "✓") } else { ("is-different", "✗") };
    let kept = if resource.is_kept { "kept" } else { "exceeded" };
    let courses = report.implementations.iter().zip(&resource.series).enumerate();
    let courses = courses.map(|(index, (of, series))| {
        format!(
            "<li><i class=\"swatch s{}\"></i>{} <span>{}</span></li>",
            index % COLORS,
            Text(&of.label),
            Text(&course(series, &resource.unit))
        )
    });
    format!(
        "<figure><figcaption><b><span class=\"sign {class}\">{sign}</span> {}</b>\
         <span>limit {kept}: {}</span></figcaption>{}<ul>{}</ul></figure>",
        Text(&measured(resource)),
        Text(&resource.limit),
        plot(report, resource),
        courses.collect::<String>()
    )
}

fn plot(report: &Report, resource: &ResourceReport) -> String {
    let values = || resource.series.iter().flatten().copied().filter(|value| value.is_finite());
    let longest = resource.series.iter().map(Vec::len).max().unwrap_or_default();
    if values().next().is_none() {
        return "<p class=\"empty\">Nothing was measured.</p>".to_owned();
    }
    let step = step(values().fold(0.0, |most, value| value.abs().max(most)), &resource.unit);
    let top = (values().fold(step, f64::max) / step).ceil() * step;
    let bottom = (values().fold(0.0, f64::min) / step).floor() * step;
    let x = |index: usize| {
        let last = longest.saturating_sub(1).max(1) as f64;
        LEFT + (WIDTH - LEFT - RIGHT) * index as f64 / last
    };
    let y = |value: f64| TOP + (HEIGHT - TOP - BOTTOM) * (top - value) / (top - bottom);
    let mut content = grid(&ticks(bottom, top, step), &resource.unit, y);
    content += &axis(longest, x);
    let mut ends = Vec::new();
    for (index, (of, series)) in report.implementations.iter().zip(&resource.series).enumerate() {
        let points = series.iter().enumerate().filter(|(_, value)| value.is_finite());
        let points: Vec<_> = points.map(|(index, value)| (x(index), y(*value))).collect();
        let Some(&(end_x, end_y)) = points.last() else { continue };
        let shown = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
        let (shown, color) = (shown.collect::<Vec<_>>().join(" "), index % COLORS);
        content += &format!("<polyline class=\"s{color}\" points=\"{shown}\"/>");
        content +=
            &format!("<circle class=\"s{color}\" cx=\"{end_x:.1}\" cy=\"{end_y:.1}\" r=\"3\"/>");
        ends.push((end_y, color, of.label.as_str()));
    }
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}, {}\">{content}{}</svg>",
        Text(&measured(resource)),
        Text(&resource.unit),
        names(ends)
    )
}

/// The distance of two lines of the grid: at most five fit below the largest value. Sizes have
/// round numbers of KiB and MiB.
fn step(largest: f64, unit: &str) -> f64 {
    const LINES: f64 = 4.0;
    let wanted = if largest > 0.0 { largest / LINES } else { 1.0 };
    if unit == "bytes" {
        return 2_f64.powi(wanted.log2().ceil() as i32).max(1.0);
    }
    let power = 10_f64.powi(wanted.log10().floor() as i32);
    let steps = [1.0, 2.0, 2.5, 5.0].map(|factor| factor * power);
    steps.into_iter().find(|step| *step >= wanted).unwrap_or(10.0 * power)
}

fn ticks(bottom: f64, top: f64, step: f64) -> Vec<f64> {
    let number = ((top - bottom) / step).round() as usize;
    (0..=number.min(10)).map(|index| bottom + step * index as f64).collect()
}

fn grid(ticks: &[f64], unit: &str, y: impl Fn(f64) -> f64) -> String {
    let lines = ticks.iter().map(|&tick| {
        let label = quantity(tick, unit);
        // The unit stands above the axis; sizes have their own.
        let label = if unit == "bytes" { label } else { label.replace(&format!(" {unit}"), "") };
        let (y, right) = (y(tick), WIDTH - RIGHT);
        format!(
            "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/>\
             <text class=\"end\" x=\"{}\" y=\"{:.1}\">{}</text>",
            LEFT - 8.0,
            y + 4.0,
            Text(&label)
        )
    });
    let title = format!("<text x=\"0\" y=\"11\">{}</text>", Text(unit));
    let title = if unit == "bytes" { String::new() } else { title };
    lines.collect::<String>() + &title
}

fn axis(longest: usize, x: impl Fn(usize) -> f64) -> String {
    let y = HEIGHT - BOTTOM + 16.0;
    let last = longest.saturating_sub(1);
    let tick = |index: usize| {
        let label = thousands(index as u64 + 1);
        format!("<text class=\"middle\" x=\"{:.1}\" y=\"{y}\">{label}</text>", x(index))
    };
    let mut shown = vec![0, last / 2, last];
    shown.dedup();
    let title = format!(
        "<text class=\"middle\" x=\"{:.1}\" y=\"{}\">measurement</text>",
        (LEFT + WIDTH - RIGHT) / 2.0,
        y + 15.0
    );
    shown.into_iter().map(tick).collect::<String>() + &title
}

/// The names at the ends of their lines, moved apart where they would overlap.
fn names(mut ends: Vec<(f64, usize, &str)>) -> String {
    const LINE: f64 = 14.0;
    /// What the margin has room for; the list below the plot has the whole names.
    const LONGEST: usize = 9;
    ends.sort_by(|(one, ..), (other, ..)| one.total_cmp(other));
    let mut above = f64::NEG_INFINITY;
    for (y, ..) in &mut ends {
        *y = y.max(above + LINE);
        above = *y;
    }
    let mut below = HEIGHT - BOTTOM + LINE;
    for (y, ..) in ends.iter_mut().rev() {
        *y = y.min(below - LINE);
        below = *y;
    }
    let names = ends.into_iter().map(|(y, color, label)| {
        let (x, y) = (WIDTH - RIGHT + 9.0, y + 4.0);
        let name = Text(&cut(label, LONGEST)).to_string();
        format!("<text class=\"name s{color}\" x=\"{x}\" y=\"{y:.1}\">{name}</text>")
    });
    names.collect()
}

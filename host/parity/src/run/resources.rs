//! Resources: repeats calls on each implementation, and measures memory, fuel and host calls.

use anyhow::Result;
use polyreactor_host::Linked;

use crate::plan::Resources;
use crate::plugin::interface::Interface;
use crate::program::Program;
use crate::report::ResourceReport;
use crate::run::column::Conditions;
use crate::run::runner::{Runner, refuse_interrupted};
use crate::run::world;

/// The number of measurements of each implementation.
const MEASUREMENTS: u64 = 40;

/// The measurements of one implementation, over equal numbers of calls.
#[derive(Default)]
struct Series {
    /// The size of the memory, in bytes.
    memory: Vec<f64>,
    /// The fuel of a call, on average.
    fuel: Vec<f64>,
    /// The host calls of a call, on average.
    host_calls: Vec<f64>,
}

/// Measures all implementations. `linked` has to be of an engine that counts fuel.
pub(crate) fn measure(
    resources: &Resources,
    interface: &Interface,
    linked: &[Linked],
    conditions: &Conditions,
    seed: u64,
) -> Result<(Vec<ResourceReport>, Vec<String>)> {
    let runner = Runner { interface, linked, conditions };
    let mut notes = Vec::new();
    let mut all = Vec::new();
    for implementation in 0..linked.len() {
        all.push(series(resources, &runner, implementation, seed, &mut notes)?);
    }
    let program = Program { calls: resources.calls.clone(), answers: Vec::new() };
    let calls = program.text(interface);
    let report = |resource: &str, unit: &str, series: Vec<Vec<f64>>, limit: String, is_kept| {
        let (resource, unit) = (resource.to_owned(), unit.to_owned());
        ResourceReport { resource, calls: calls.clone(), unit, series, limit, is_kept }
    };
    let mut reports = Vec::new();
    if let Some(most) = resources.memory_bytes_per_call {
        let calls = (resources.times * program.length()).max(1) as f64;
        let series: Vec<_> = all.iter().map(|series| series.memory.clone()).collect();
        // The first half is the warm-up, in which runtimes set up their heaps.
        let growth = |memory: &Vec<f64>| match (memory.get(memory.len() / 2), memory.last()) {
            (Some(middle), Some(last)) => (last - middle) / (calls / 2.0),
            _ => 0.0,
        };
        let is_kept = series.iter().all(|memory| !memory.is_empty() && growth(memory) <= most);
        let limit = format!("at most {most} bytes a call in the second half");
        reports.push(report("memory", "bytes", series, limit, is_kept));
    }
    if let Some(most) = resources.fuel_factor {
        let series: Vec<_> = all.iter().map(|series| series.fuel.clone()).collect();
        let (limit, is_kept) = factor(&series, most);
        reports.push(report("fuel", "units of fuel a call", series, limit, is_kept));
    }
    if let Some(most) = resources.host_calls_factor {
        let series: Vec<_> = all.iter().map(|series| series.host_calls.clone()).collect();
        let (limit, is_kept) = factor(&series, most);
        reports.push(report("host calls", "host calls a call", series, limit, is_kept));
    }
    Ok((reports, notes))
}

/// Whether the totals of all implementations are within a factor of each other.
fn factor(series: &[Vec<f64>], most: f64) -> (String, bool) {
    let totals: Vec<f64> = series.iter().map(|series| series.iter().sum()).collect();
    let least = totals.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = totals.iter().copied().fold(0.0, f64::max);
    let is_measured = series.iter().all(|series| !series.is_empty());
    (format!("within a factor of {most}"), is_measured && greatest <= least * most)
}

fn series(
    resources: &Resources,
    runner: &Runner<'_>,
    implementation: usize,
    seed: u64,
    notes: &mut Vec<String>,
) -> Result<Series> {
    let mut series = Series::default();
    let seats = [world::seat(implementation, seed)];
    let Some(mut columns) = runner.columns(&seats)? else { return Ok(series) };
    let Some(column) = columns.first_mut() else { return Ok(series) };
    let rounds = resources.times.div_ceil(MEASUREMENTS).max(1);
    let mut fuel_before = column.fuel_used();
    let mut made = 0;
    while made < resources.times {
        let (mut host_calls, mut calls) = (0, 0);
        for _ in 0..rounds.min(resources.times - made) {
            column.forget_results();
            for call in &resources.calls {
                for time in 1..=call.times {
                    let observation = column.call(call);
                    refuse_interrupted(std::slice::from_ref(&observation))?;
                    if time == call.times {
                        column.keep_result(&observation);
                    }
                    host_calls += observation.host_calls().len();
                    calls += 1;
                    if !observation.is_alive() {
                        let outcome = observation.outcome();
                        notes.push(format!(
                            "the resources were measured until a call ended with {outcome}"
                        ));
                        return Ok(series);
                    }
                }
            }
            made += 1;
        }
        let fuel = column.fuel_used();
        series.memory.push(column.memory_bytes() as f64);
        series.fuel.push((fuel - fuel_before) as f64 / f64::from(calls.max(1)));
        series.host_calls.push(host_calls as f64 / f64::from(calls.max(1)));
        fuel_before = fuel;
    }
    Ok(series)
}

//! `[resources]`: limits of memory, work and host calls.

use super::calls::SuiteCall;
use super::case;
use super::reader::{Reader, Value};

/// Calls that are repeated on each implementation, and limits of what they use.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Resources {
    /// The calls, which are made one after the other.
    pub calls: Vec<SuiteCall>,
    /// How many times all of them are made; 10,000 by default.
    pub times: u32,
    /// The maximum growth of the memory for each call, in bytes.
    pub memory_bytes_per_call: Option<f64>,
    /// The maximum ratio of the work of any two implementations, at least 1.
    pub fuel_factor: Option<f64>,
    /// The maximum ratio of the numbers of host calls of any two implementations, at least 1.
    pub host_calls_factor: Option<f64>,
}

const KEYS: [&str; 5] =
    ["calls", "times", "memory_bytes_per_call", "fuel_factor", "host_calls_factor"];

pub(super) fn read(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Resources> {
    let form = "write `[resources]`, and below it `calls = [\"inc(1)\"]`";
    let mut resources = Resources {
        calls: Vec::new(),
        times: 10_000,
        memory_bytes_per_call: None,
        fuel_factor: None,
        host_calls_factor: None,
    };
    let mut has_calls = false;
    for (key, value) in reader.table(value, form) {
        match &**key.get_ref() {
            "calls" => {
                has_calls = true;
                resources.calls = case::calls(reader, value);
                if resources.calls.iter().any(|call| call.expected.is_some()) {
                    let cause = "what a call returns is not compared here";
                    reader.fault(
                        value.span(),
                        cause,
                        "write the calls alone, and a `[[case]]` for this",
                    );
                }
            }
            "times" => {
                let times = reader.whole(value, 1..=u32::MAX.into(), "write `times = 10000`");
                resources.times = times.unwrap_or(resources.times);
            }
            "memory_bytes_per_call" => {
                let form = "write `memory_bytes_per_call = 0.5`";
                resources.memory_bytes_per_call = reader.number(value, form);
            }
            "fuel_factor" => {
                resources.fuel_factor = factor(reader, value, "write `fuel_factor = 10.0`");
            }
            "host_calls_factor" => {
                let form = "write `host_calls_factor = 1.0`";
                resources.host_calls_factor = factor(reader, value, form);
            }
            _ => reader.unknown(key, &KEYS),
        }
    }
    if !has_calls && value.get_ref().is_table() {
        reader.fault(value.span(), "there are no calls to measure", "write `calls = [\"inc(1)\"]`");
    }
    Some(resources)
}

/// The ratio of the larger to the smaller number.
fn factor(reader: &mut Reader<'_>, value: &Value<'_>, form: &str) -> Option<f64> {
    let factor = reader.number(value, form)?;
    if factor < 1.0 {
        let cause = "the larger number divided by the smaller one is never below 1";
        reader.fault(value.span(), cause, form);
        return None;
    }
    Some(factor)
}

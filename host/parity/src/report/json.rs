//! The report as JSON, for programs.

use serde::Serialize;

use super::Report;

/// The JSON Schema of what [`write()`] returns.
pub const SCHEMA: &str = include_str!("report.schema.json");

/// The version of the schema. Keys may be added to a version, but none is changed or removed.
const VERSION: u32 = 1;

/// Writes the report as a JSON object on several lines.
pub fn write(report: &Report) -> String {
    // Only a map with keys that are no strings, or a `Serialize` that fails, is an error.
    serde_json::to_string_pretty(&Document::of(report)).unwrap_or_default()
}

/// Writes the report as a JSON object on one line.
pub(super) fn write_compact(report: &Report) -> String {
    serde_json::to_string(&Document::of(report)).unwrap_or_default()
}

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    #[serde(flatten)]
    report: &'a Report,
    is_equal: bool,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Self {
        Document { schema: VERSION, report, is_equal: report.is_equal() }
    }
}

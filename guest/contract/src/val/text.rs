//! The text of [`Val`]s: WAVE, with the payloads of NaNs.

use std::fmt::{self, Write};

use super::Val;

impl fmt::Display for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Val::Bool(value) => write!(f, "{value}"),
            Val::S8(value) => write!(f, "{value}"),
            Val::U8(value) => write!(f, "{value}"),
            Val::S16(value) => write!(f, "{value}"),
            Val::U16(value) => write!(f, "{value}"),
            Val::S32(value) => write!(f, "{value}"),
            Val::U32(value) => write!(f, "{value}"),
            Val::S64(value) => write!(f, "{value}"),
            Val::U64(value) => write!(f, "{value}"),
            Val::F32(value) => write_f32(f, *value),
            Val::F64(value) => write_f64(f, *value),
            Val::String(text) => write_text(f, text),
            Val::List(values) => {
                f.write_char('[')?;
                for (number, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if number == 0 { "" } else { ", " })?;
                }
                f.write_char(']')
            }
            Val::Record(values) => {
                f.write_char('{')?;
                for (number, (name, value)) in values.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if number == 0 { "" } else { ", " })?;
                }
                f.write_char('}')
            }
        }
    }
}

fn write_f32(f: &mut fmt::Formatter<'_>, float: f32) -> fmt::Result {
    let bits = float.to_bits();
    if float.is_nan() {
        return write_nan(f, bits >> 31 == 1, (bits & ((1 << 23) - 1)).into(), 1 << 22);
    }
    write_shortest(f, &float)
}

fn write_f64(f: &mut fmt::Formatter<'_>, float: f64) -> fmt::Result {
    let bits = float.to_bits();
    if float.is_nan() {
        return write_nan(f, bits >> 63 == 1, bits & ((1 << 52) - 1), 1 << 51);
    }
    write_shortest(f, &float)
}

/// `{:?}` writes the shortest digits that are parsed as the same float, and `.0` after whole
/// numbers. That `.0` is left out.
fn write_shortest(f: &mut fmt::Formatter<'_>, float: &dyn fmt::Debug) -> fmt::Result {
    let digits = format!("{float:?}");
    f.write_str(digits.strip_suffix(".0").unwrap_or(&digits))
}

fn write_nan(
    f: &mut fmt::Formatter<'_>,
    negative: bool,
    payload: u64,
    canonical: u64,
) -> fmt::Result {
    f.write_str(if negative { "-nan" } else { "nan" })?;
    if payload == canonical { Ok(()) } else { write!(f, ":{payload:#x}") }
}

/// Writes a string in quotes, with WAVE's escapes for quotes and backslashes, and for characters
/// that a terminal would interpret.
fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            '\'' => f.write_char(character)?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            other if other.escape_debug().len() > 1 => {
                write!(f, "\\u{{{:x}}}", u32::from(other))?;
            }
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

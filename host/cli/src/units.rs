//! Quantities on the command line: parses durations (`500ms`) and sizes (`64MiB`).

use std::time::Duration;

/// Parses a duration: a whole number of `ms`, `s`, `min` or `h`, greater than 0.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 1), ("s", 1_000), ("min", 60_000), ("h", 3_600_000)];
    match quantity(text, &units) {
        Some(0) => Err("the duration has to be longer than 0".to_owned()),
        Some(milliseconds) => Ok(Duration::from_millis(milliseconds)),
        None => Err("write a whole number with a unit: `500ms`, `2s`, `1min` or `1h`".to_owned()),
    }
}

/// Parses a size, a whole number of `B`, `KiB`, `MiB` or `GiB`, and returns bytes.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let units = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
    let expected = || "write a whole number with a unit: `64KiB`, `64MiB` or `1GiB`".to_owned();
    quantity(text, &units).ok_or_else(expected)
}

/// Parses a size of a stack: the engine refuses 0 bytes.
pub(crate) fn stack(text: &str) -> Result<usize, String> {
    let bytes = usize::try_from(size(text)?)
        .map_err(|_| "the size is too large for this machine".to_owned())?;
    if bytes == 0 { Err("the size has to be greater than 0".to_owned()) } else { Ok(bytes) }
}

fn quantity(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let end = text.find(|character: char| !character.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    let (_, scale) = units.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.parse::<u64>().ok()?.checked_mul(*scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_a_whole_number_with_a_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2 s"), Ok(Duration::from_secs(2)));
        assert_eq!(size("64MiB"), Ok(64 << 20));
        assert_eq!(size("0B"), Ok(0));
        assert_eq!(stack("1MiB"), Ok(1 << 20));
        assert!(stack("0KiB").is_err());
        for wrong in ["", "5", "ms", "-1s", "1.5s", "0s", "1S", "1s ", "99999999999999999999ms"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "64", "64MB", "64mib", "18446744073709551615KiB"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}

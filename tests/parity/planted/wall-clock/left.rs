//! Puts the hour of the day before a text. The hour is that in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

use polyreactor_guest::export;

/// `text`, with the hour before it if `dated`.
#[export]
pub fn stamp(text: &str, dated: bool) -> String {
    if !dated {
        return text.to_owned();
    }
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let hour = seconds / 3600 % 24;
    format!("{hour:02}h {text}")
}

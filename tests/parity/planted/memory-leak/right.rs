//! Writes a text in capital letters. A buffer of each call is kept for good.

use std::sync::Mutex;

use polyreactor_guest::export;

/// Every text so far, for a history that nobody shows.
static HISTORY: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// `text` in capital letters.
#[export]
pub fn shout(text: &str) -> String {
    let mut entry = String::with_capacity(1024);
    entry.push_str(&text.to_uppercase());
    let shouted = entry.as_str().to_owned();
    HISTORY.lock().unwrap().push(entry);
    shouted
}

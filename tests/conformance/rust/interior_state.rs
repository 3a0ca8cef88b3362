//! A `static` with interior state that is initialised at its first use and never dropped.
//!
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! CALLS: inc(1) = 21; inc(21) = 42; count() = 3

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

static STATE: LazyLock<Mutex<BTreeMap<String, i32>>> =
    LazyLock::new(|| Mutex::new(BTreeMap::from([("base".to_owned(), 20)])));

#[unsafe(no_mangle)]
pub extern "C" fn inc(by: i32) -> i32 {
    let mut state = STATE.lock().unwrap();
    let number = state.len();
    state.insert(format!("call {number}"), by);
    state.values().sum()
}

#[unsafe(no_mangle)]
pub extern "C" fn count() -> i32 {
    STATE.lock().unwrap().len() as i32
}

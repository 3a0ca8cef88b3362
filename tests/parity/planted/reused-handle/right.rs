//! Keeps numbers behind handles. The handle of a closed one may be given again.

use std::sync::Mutex;

use polyreactor_guest::export;

static OPENED: Mutex<Vec<Option<i32>>> = Mutex::new(Vec::new());

/// Stores `number` and returns its handle.
#[export]
pub fn open(number: i32) -> u32 {
    let mut opened = OPENED.lock().unwrap();
    if let Some(free) = opened.iter().position(Option::is_none) {
        opened[free] = Some(number);
        return free as u32;
    }
    opened.push(Some(number));
    opened.len() as u32 - 1
}

/// The number behind the handle; -2^40 if there is none.
#[export]
pub fn read(handle: u32) -> i64 {
    let opened = OPENED.lock().unwrap();
    opened.get(handle as usize).copied().flatten().map_or(-1 << 40, i64::from)
}

/// Closes the handle, and returns whether it was open.
#[export]
pub fn close(handle: u32) -> bool {
    let mut opened = OPENED.lock().unwrap();
    opened.get_mut(handle as usize).and_then(Option::take).is_some()
}

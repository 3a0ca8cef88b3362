//! Collects numbers in a table that doubles when it is full, from 8 on. Then all numbers are
//! moved.

use std::sync::Mutex;

use polyreactor_guest::export;

/// The table, and how many of its places are taken.
static TABLE: Mutex<(Vec<u32>, usize)> = Mutex::new((Vec::new(), 0));

/// Appends `numbers`, and returns how many there are.
#[export]
pub fn append(numbers: &[u32]) -> u32 {
    let (table, taken) = &mut *TABLE.lock().unwrap();
    for &number in numbers {
        if *taken == table.len() {
            let mut larger = vec![0; (*taken * 2).max(8)];
            let moved = *taken;
            larger[..moved].copy_from_slice(&table[..moved]);
            *table = larger;
        }
        table[*taken] = number;
        *taken += 1;
    }
    *taken as u32
}

/// All numbers so far.
#[export]
pub fn all() -> Vec<u32> {
    let (table, taken) = &*TABLE.lock().unwrap();
    table[..*taken].to_vec()
}

//! Prints the numbers of a list, a line each. The last line ends like the others.

use polyreactor_guest::export;

/// Prints `numbers` and returns how many they are.
#[export]
pub fn show(numbers: &[i32]) -> u32 {
    for number in numbers {
        println!("{number}");
    }
    numbers.len() as u32
}

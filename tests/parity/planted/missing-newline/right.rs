//! Prints the numbers of a list, a line each. The last line has no line end.

use polyreactor_guest::export;

/// Prints `numbers` and returns how many they are.
#[export]
pub fn show(numbers: &[i32]) -> u32 {
    let lines: Vec<String> = numbers.iter().map(i32::to_string).collect();
    print!("{}", lines.join("\n"));
    numbers.len() as u32
}

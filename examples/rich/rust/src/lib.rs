//! Every kind of value that crosses between a plugin and its host: bools, strings and lists both
//! ways, a pointer to a number, a pointer to a record.

use polyreactor_guest::{HostLayout, export};

/// What the host offers. A module of its own, because some of it is named as exports are.
mod host {
    use super::Point;
    use polyreactor_guest::import;

    #[import(module = "host")]
    extern "C" {
        pub(crate) fn log(message: &str);
        pub(crate) fn name() -> String;
        pub(crate) fn flip(b: bool) -> bool;
        pub(crate) fn scale(p: &mut Point, by: f64);
        pub(crate) fn bump(p: &mut i32);
        pub(crate) fn sorted(numbers: &[f64]) -> Vec<f64>;
    }
}

/// A record, laid out as the host lays it out.
#[derive(HostLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Point {
    /// How far to the right.
    pub x: i32,
    /// How far down.
    pub y: f64,
}

/// It holds another record, an array and a bool, each in its place: no pointers.
#[derive(HostLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Shape {
    /// Where it begins.
    pub origin: Point,
    /// The lengths of its sides.
    pub sides: [f64; 4],
    /// Whether there is something inside.
    pub filled: bool,
}

/// The other one. What the host passed has been checked: it is 0 or 1.
#[export]
pub fn flip(b: bool) -> bool {
    !b
}

/// A string is lent for the call; the one that is answered, the host has read before the next.
#[export]
pub fn greet(name: &str) -> String {
    format!("hello {name}")
}

/// Changes a number in memory that the host gets back after the call.
#[export]
pub fn bump(p: &mut i32) {
    *p = p.wrapping_add(1);
}

/// Moves the point away from the origin. `as` truncates, and keeps to the range.
#[export]
pub fn scale(p: &mut Point, by: f64) {
    p.x = (f64::from(p.x) * by) as i32;
    p.y *= by;
}

/// Reads a record; what is filled has no perimeter.
#[export]
pub fn perimeter(p: &Shape) -> f64 {
    if p.filled {
        return 0.0;
    }
    // Not `sum()`, whose sum of nothing but -0 is -0.
    p.sides.iter().fold(0.0, |total, side| total + side)
}

/// The negative of an image. The list is lent for the call; the host has read the one that is
/// returned before its next call.
#[export]
pub fn invert(image: &[u8]) -> Vec<u8> {
    image.iter().map(|byte| !byte).collect()
}

/// Asks the host for its name and has it log a line.
#[export]
pub fn introduce() -> String {
    let message = format!("run by {}", host::name());
    host::log(&message);
    message
}

/// Is what it is passed: the host flips it twice.
#[export]
pub fn agree(b: bool) -> bool {
    host::flip(host::flip(b))
}

/// Has the host write to a number of the plugin's.
#[export]
pub fn next(number: i32) -> i32 {
    let mut bumped = number;
    host::bump(&mut bumped);
    bumped
}

/// The number in the middle, or NaN of nothing; the host sorts.
#[export]
pub fn median(numbers: &[f64]) -> f64 {
    if numbers.is_empty() {
        return f64::NAN;
    }
    host::sorted(numbers)[numbers.len() / 2]
}

/// Hands the record inside of the record on to the host, and does the rest itself.
#[export]
pub fn stretch(p: &mut Shape, by: f64) {
    host::scale(&mut p.origin, by);
    for side in &mut p.sides {
        *side *= by;
    }
}

// These run natively, where there is no host: functions that need none can be tested.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_answered() {
        assert_eq!(greet("bob"), "hello bob");
    }

    #[test]
    fn an_image_is_inverted() {
        assert_eq!(invert(&[0, 1, 255]), [255, 254, 0]);
    }

    #[test]
    fn a_point_is_scaled_within_the_range() {
        let mut p = Point { x: 1, y: 2.5 };
        scale(&mut p, 2.0);
        assert_eq!(p, Point { x: 2, y: 5.0 });
        scale(&mut p, 1e300);
        assert_eq!(p.x, i32::MAX);
        scale(&mut p, f64::NAN);
        assert_eq!(p.x, 0);
    }

    #[test]
    fn what_is_filled_has_no_perimeter() {
        let origin = Point { x: 0, y: 0.0 };
        let mut shape = Shape { origin, sides: [1.0, 2.0, 3.0, 4.5], filled: false };
        assert_eq!(perimeter(&shape), 10.5);
        shape.filled = true;
        assert_eq!(perimeter(&shape), 0.0);
    }

    #[test]
    #[should_panic = "`host.bump` is a function of the host's"]
    fn there_is_no_host_here() {
        next(1);
    }
}

//! A plugin that uses every type of a contract: bools, strings and lists as parameters and
//! results, a pointer to a number, pointers to records.

use polyreactor_guest::{HostLayout, export};

/// Host functions. They are in a module because some have the same names as exports.
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

/// A record. `repr(C)` gives it the layout that the host expects.
#[derive(HostLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Point {
    /// Distance to the right of the origin.
    pub x: i32,
    /// Distance below the origin.
    pub y: f64,
}

/// A record that contains another record, an array and a bool by value: a record has no pointers.
#[derive(HostLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Shape {
    /// The point where the outline begins.
    pub origin: Point,
    /// The lengths of the sides.
    pub sides: [f64; 4],
    /// Whether the shape is filled.
    pub filled: bool,
}

/// Negates `b`. `#[export]` has checked that the host passed 0 or 1.
#[export]
pub fn flip(b: bool) -> bool {
    !b
}

/// `name` is borrowed for the call. The returned `String` is kept until the next call; by then the
/// host has copied it.
#[export]
pub fn greet(name: &str) -> String {
    format!("hello {name}")
}

/// Adds 1 to a number in guest memory, which the host reads after the call.
#[export]
pub fn bump(p: &mut i32) {
    *p = p.wrapping_add(1);
}

/// Multiplies both coordinates by `by`. `as` truncates `x`, saturates and converts NaN to 0.
#[export]
pub fn scale(p: &mut Point, by: f64) {
    p.x = (f64::from(p.x) * by) as i32;
    p.y *= by;
}

/// Reads a record. The perimeter of a filled shape is 0.
#[export]
pub fn perimeter(p: &Shape) -> f64 {
    if p.filled {
        return 0.0;
    }
    // Not `sum()`, which returns -0 if every side is -0; Go and Zig return +0.
    p.sides.iter().fold(0.0, |total, side| total + side)
}

/// Returns the negative of an image. `image` is borrowed for the call. The returned list is kept
/// until the next call; by then the host has copied it.
#[export]
pub fn invert(image: &[u8]) -> Vec<u8> {
    image.iter().map(|byte| !byte).collect()
}

/// Calls two host functions: `name`, and `log` with a line that contains the name.
#[export]
pub fn introduce() -> String {
    let message = format!("run by {}", host::name());
    host::log(&message);
    message
}

/// Returns `b`: the host function `flip` negates it twice.
#[export]
pub fn agree(b: bool) -> bool {
    host::flip(host::flip(b))
}

/// Passes a pointer to a number to the host function `bump`, which adds 1 to the number.
#[export]
pub fn next(number: i32) -> i32 {
    let mut bumped = number;
    host::bump(&mut bumped);
    bumped
}

/// Returns the middle one of the numbers, which the host function `sorted` sorts, or NaN for an
/// empty list.
#[export]
pub fn median(numbers: &[f64]) -> f64 {
    if numbers.is_empty() {
        return f64::NAN;
    }
    host::sorted(numbers)[numbers.len() / 2]
}

/// Passes the inner record to the host function `scale`, and scales the sides itself.
#[export]
pub fn stretch(p: &mut Shape, by: f64) {
    host::scale(&mut p.origin, by);
    for side in &mut p.sides {
        *side *= by;
    }
}

// These tests run natively, without a host: they can test functions that call no host function.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_returned() {
        assert_eq!(greet("bob"), "hello bob");
    }

    #[test]
    fn an_image_is_inverted() {
        assert_eq!(invert(&[0, 1, 255]), [255, 254, 0]);
    }

    #[test]
    fn scaling_a_point_saturates() {
        let mut p = Point { x: 1, y: 2.5 };
        scale(&mut p, 2.0);
        assert_eq!(p, Point { x: 2, y: 5.0 });
        scale(&mut p, 1e300);
        assert_eq!(p.x, i32::MAX);
        scale(&mut p, f64::NAN);
        assert_eq!(p.x, 0);
    }

    #[test]
    fn a_filled_shape_has_no_perimeter() {
        let origin = Point { x: 0, y: 0.0 };
        let mut shape = Shape { origin, sides: [1.0, 2.0, 3.0, 4.5], filled: false };
        assert_eq!(perimeter(&shape), 10.5);
        shape.filled = true;
        assert_eq!(perimeter(&shape), 0.0);
    }

    #[test]
    #[should_panic = "`host.bump` is a host function"]
    fn a_host_function_panics_in_a_native_test() {
        next(1);
    }
}

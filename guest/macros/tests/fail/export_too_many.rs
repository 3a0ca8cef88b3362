//! More parameters than Go can pass, with and without an alias: at most 128 bytes on its stack,
//! where a string takes 16 and the result 8, and at most 16 core parameters.

use polyreactor_guest::{export, import};

#[export]
fn bytes(
    _: &str, _: &str, _: &str, _: &str,
    _: i64, _: i64, _: i64, _: i64, _: f64, _: f64, _: &mut f64, _: bool,
) -> bool {
    true
}

#[export]
fn parameters(
    _: bool, _: bool, _: bool, _: bool, _: bool, _: bool, _: bool, _: bool, _: bool,
    _: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: &str,
) {}

type Text<'a> = &'a str;

#[export]
fn aliased_bytes(
    _: Text, _: Text, _: Text, _: Text, _: Text, _: Text, _: Text, _: Text,
) -> bool {
    true
}

#[export]
fn aliased_parameters(
    _: Text, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32,
    _: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32,
) {}

#[import(module = "host")]
extern "C" {
    fn host_bytes(
        _: &str, _: &str, _: &str, _: &str, _: &str, _: &str, _: &str, _: &str,
    ) -> String;
    fn host_parameters(
        _: Text, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32,
        _: i32, _: i32, _: i32, _: i32, _: i32, _: i32, _: i32,
    );
}

fn main() {}

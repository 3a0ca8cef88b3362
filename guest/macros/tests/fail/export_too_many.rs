//! More than 128 bytes of arguments, plain to see and behind an alias.

use polyreactor_guest::export;

#[export]
fn plain(
    _: &str, _: &str, _: &str, _: &str, _: &str, _: &str, _: &str, _: &str,
    _: i64, _: i64, _: i64, _: i64, _: f64, _: f64, _: f64, _: u64, _: bool,
) {}

type Text<'a> = &'a str;

#[export]
fn aliases(
    _: Text, _: Text, _: Text, _: Text, _: Text, _: Text, _: Text, _: Text,
    _: i64, _: i64, _: i64, _: i64, _: f64, _: f64, _: f64, _: u64, _: bool,
) {}

fn main() {}

//! Reserved names of exports, and invalid arguments of the attribute.

use polyreactor_guest::export;

#[export]
fn _initialize() {}

#[export(name = "_start")]
fn start() {}

#[export]
fn polyreactor_alloc(size: i32, _align: i32) -> i32 {
    size
}

#[export(name = "cabi_realloc")]
fn realloc() {}

#[export(name = "wasi:cli/run#run")]
fn run() {}

#[export(name = "__heap_base")]
fn heap_base() {}

#[export(name = "polyreactor-export:twice")]
fn symbol() {}

#[export(name = "")]
fn nameless() {}

#[export(name = "one", name = "two")]
fn twice() {}

#[export(nome = "x")]
fn misspelt() {}

#[export(name = 1)]
fn a_number() {}

#[export]
#[unsafe(no_mangle)]
fn both() {}

fn main() {}

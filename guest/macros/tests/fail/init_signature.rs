//! Signatures that an init hook cannot have.

use polyreactor_guest::init;

#[init]
fn takes(_: i32) {}

#[init]
fn answers() -> Result<(), String> {
    Ok(())
}

#[init]
async fn waits() {}

fn main() {}

//! What cannot be run at the start.

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

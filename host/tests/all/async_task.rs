//! Calls from inside an async task, on any runtime or none; the guest writes and sleeps in them.

use crate::support::load;
use polyreactor_host::{CallError, Instance, InstanceConfig, InstantiateError, Val};

/// Writes to standard error and sleeps for a millisecond, in `_initialize` and in `chat`.
const CHATTY: &str = r#"
    (import "wasi_snapshot_preview1" "fd_write"
      (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff"
      (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
    (data (i32.const 0) "\08\00\00\00\06\00\00\00guest\n")
    (data (i32.const 80) "\01\00\00\00\00\00\00\00\40\42\0f\00\00\00\00\00")
    (func $chat (export "chat") (result i32)
      (i32.add
        (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 32))
        (call $poll_oneoff (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 32))))
    (func (export "_initialize") (drop (call $chat)))
    (func (export "boom") unreachable)"#;

fn chatty() -> Result<Instance, InstantiateError> {
    load(CHATTY).unwrap().instantiate(&InstanceConfig::new().inherit_output())
}

fn chats(mut guest: Instance) -> Instance {
    assert_eq!(guest.call_dynamic("chat", &[]).unwrap().results, [Val::S32(0)]);
    let chat = guest.func::<(), i32>("chat").unwrap();
    assert_eq!(chat.call(&mut guest, ()).unwrap(), 0);
    guest
}

#[test]
fn calls_work_without_a_runtime() {
    chats(chatty().unwrap());
}

#[tokio::test]
async fn calls_work_on_a_runtime_of_one_thread() {
    let guest = chats(chatty().unwrap());
    let mut guest = tokio::spawn(async move { chats(guest) }).await.unwrap();
    assert!(matches!(guest.call_dynamic("boom", &[]), Err(CallError::Trap(_))));
    assert!(matches!(guest.call_dynamic("chat", &[]), Err(CallError::Poisoned { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_work_on_a_runtime_of_many_threads() {
    let guest = chats(chatty().unwrap());
    let guest = tokio::spawn(async move { chats(guest) }).await.unwrap();
    tokio::task::spawn_blocking(move || chats(guest)).await.unwrap();
}

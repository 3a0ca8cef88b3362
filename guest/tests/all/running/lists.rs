//! Lists of every scalar as parameters and results, and the memory that they use.

use anyhow::Result;
use wasmi::Val;

use super::machine::{Guest, free};

/// Calls an export with a list, and returns the bytes of the list that is its result.
fn echo(guest: &mut Guest, name: &str, bytes: &[u8], align: i32) -> Result<Vec<u8>> {
    let count = bytes.len() as i32 / align;
    let start = guest.put(bytes, align)?;
    let returned = guest.list(name, &[Val::I32(start), Val::I32(count)], align)?;
    guest.free(start, bytes.len(), align)?;
    Ok(returned)
}

#[test]
fn every_scalar() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let all: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
    for (scalar, size) in [
        ("s8", 1),
        ("u8", 1),
        ("s16", 2),
        ("u16", 2),
        ("s32", 4),
        ("u32", 4),
        ("s64", 8),
        ("u64", 8),
        ("f32", 4),
        ("f64", 8),
    ] {
        for count in [0, 1, 2, 64 * 8 / size] {
            let bytes = &all[..count * size];
            let echoed = echo(&mut guest, &format!("echo_{scalar}"), bytes, size as i32)?;
            assert_eq!(echoed, bytes, "{scalar}");
        }
    }
    assert_eq!(echo(&mut guest, "echo_bool", &[0, 1, 1, 0], 1)?, [0, 1, 1, 0]);
    Ok(())
}

#[test]
fn an_empty_list_needs_no_memory() -> Result<()> {
    let mut guest = Guest::new("types")?;
    for pointer in [0, 7, -1] {
        for name in ["echo_u8", "echo_f64", "sorted", "doubled"] {
            let result = guest.call(name, &[Val::I32(pointer), Val::I32(0)])?;
            assert_eq!(result.and_then(|result| result.i64()), Some(0), "{name}");
        }
    }
    for _ in 0..3 {
        assert_eq!(guest.call("nothing", &[])?.and_then(|result| result.i64()), Some(0));
    }
    Ok(())
}

#[test]
fn several_lists_and_copies_of_lists() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let bytes = |numbers: [f64; 2]| numbers.map(f64::to_le_bytes).concat();
    let items = guest.put(&bytes([1.5, 1000.0]), 8)?;
    let weights = guest.put(&[2_f32, 1.0].map(f32::to_le_bytes).concat(), 4)?;
    let only = guest.put(&[1, 0], 1)?;
    let given = [items, 2, weights, 2, only, 2].map(Val::I32);
    let weighed = guest.call("weigh", &given)?;
    assert_eq!(weighed.and_then(|weighed| weighed.f64()).map(f64::from), Some(3.0));

    let unsorted = [3_i32, -1, 2].map(i32::to_le_bytes).concat();
    let start = guest.put(&unsorted, 4)?;
    let sorted = guest.list("sorted", &[Val::I32(start), Val::I32(3)], 4)?;
    assert_eq!(sorted, [-1_i32, 2, 3].map(i32::to_le_bytes).concat());
    // The guest sorts a copy: the host's list is unchanged.
    assert_eq!(guest.bytes(start, 12), unsorted);
    let text = guest.put(b"ab", 1)?;
    assert_eq!(guest.text("doubled", &[Val::I32(text), Val::I32(2)])?, "abab");
    let constants = guest.list("constants", &[], 8)?;
    assert_eq!(constants, [i64::MIN, 0, i64::MAX].map(i64::to_le_bytes).concat());
    // Lists that are only read may overlap.
    let same = [items, 2, items, 2, only, 2].map(Val::I32);
    guest.call("weigh", &same)?;
    Ok(())
}

#[test]
fn fifty_megabytes() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let image = vec![0xee; 50_000_000];
    for _ in 0..3 {
        assert!(echo(&mut guest, "echo_u8", &image, 1)? == image);
    }
    Ok(())
}

#[test]
fn memory_of_lists_is_freed() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let mut places = Vec::new();
    for _ in 0..1000 {
        let start = guest.put(&[1; 60_000], 8)?;
        guest.list("echo_u64", &[Val::I32(start), Val::I32(7_500)], 8)?;
        guest.list("echo_bool", &[Val::I32(start), Val::I32(60_000)], 1)?;
        guest.call("nothing", &[])?;
        guest.free(start, 60_000, 8)?;
        places.push(start);
    }
    assert!(places.iter().max() < Some(&(4 << 20)), "up to {:?}", places.iter().max());
    Ok(())
}

#[test]
fn host_functions_take_and_return_lists() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let items = guest.put(&[1, 0, 2, 0, 3, 0], 2)?;
    let result = guest.put(&[9, 0, 8, 0], 2)?;
    guest.store.data_mut().result = (result, 2);
    let reversed = guest.list("call_reverse", &[Val::I32(items), Val::I32(3)], 2)?;
    assert_eq!(reversed, [9, 0, 8, 0]);
    assert_eq!(guest.store.data().log, ["[1, 0, 2, 0, 3, 0]"]);
    // The guest owned the result's block, and freed it.
    let message = guest.panic("polyreactor_free", &free(result, 4, 2))?;
    assert!(message.contains("no block, or one that was freed before"), "{message}");

    let mut guest = Guest::new("types")?;
    let flags = guest.put(&[1, 0, 1, 1], 1)?;
    guest.store.data_mut().result = (flags, 4);
    assert_eq!(guest.int("call_flags", &[Val::I32(0), Val::I32(0)])?, 3);
    assert_eq!(guest.store.data().log, ["[]", "[97, 98]"]);
    for empty in [0, 7, guest.put(b"", 2)?] {
        guest.store.data_mut().result = (empty, 0);
        assert_eq!(
            guest.call("call_reverse", &[Val::I32(0), Val::I32(0)])?.and_then(|a| a.i64()),
            Some(0)
        );
    }
    Ok(())
}

//! Every type as parameter and result, and the memory that they use.

use anyhow::Result;
use wasmi::Val;

use super::machine::Guest;

/// The bytes of an `All` of the fixture: -1, 2, true, 3, ((1, 1.5), (2, 2.5)),
/// (false, true, false), 0.5.
fn all() -> Vec<u8> {
    let mut bytes = vec![0xff, 0, 2, 0, 1, 0, 0, 0];
    bytes.extend(3_u64.to_le_bytes());
    for (x, y) in [(1_i64, 1.5_f64), (2, 2.5)] {
        bytes.extend(x.to_le_bytes());
        bytes.extend(y.to_le_bytes());
    }
    bytes.extend([0, 1, 0, 0]);
    bytes.extend(0.5_f32.to_le_bytes());
    bytes
}

#[test]
fn numbers() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let sum = guest.call("unsigned", &[Val::I32(-1), Val::I64(1)])?;
    assert_eq!(sum.and_then(|sum| sum.i64()), Some(1 << 32));
    assert_eq!(guest.int("signed", &[Val::I32(-5), Val::I64(2)])?, -7);
    let sum = guest.call("real", &[Val::F32(0.5.into()), Val::F64(1.25.into())])?;
    assert_eq!(sum.and_then(|sum| sum.f32()).map(f32::from), Some(1.75));
    assert_eq!(guest.int("yes", &[Val::I32(1)])?, 1);
    assert_eq!(guest.int("yes", &[Val::I32(0)])?, 0);
    Ok(())
}

#[test]
fn strings() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let bob = guest.put("böb\0".as_bytes(), 1)?;
    let given = [Val::I32(bob), Val::I32(5)];
    assert_eq!(guest.text("greet", &given)?, "hello böb\0");
    assert_eq!(guest.text("fixed-name", &[])?, "types");
    assert_eq!(guest.int("letters", &[given.clone(), given].concat())?, 8);
    guest.free(bob, 5, 1)?;
    // An empty string may have any address as an argument; as a result it is 0.
    for pointer in [0, 7, -1] {
        let result = guest.call("greet", &[Val::I32(pointer), Val::I32(0)])?;
        assert_eq!(result.and_then(|result| result.i64()), Some(0));
    }
    Ok(())
}

#[test]
fn a_string_of_60_mib() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let size = 60 << 20;
    let start = guest.put(&vec![b'a'; size], 1)?;
    let result = guest.text("greet", &[Val::I32(start), Val::I32(size as i32)])?;
    assert_eq!(result.len(), size + "hello ".len());
    guest.free(start, size, 1)
}

#[test]
fn memory_of_strings_is_freed() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let mut places = Vec::new();
    for _ in 0..1000 {
        let start = guest.put(&[b'a'; 60_000], 1)?;
        guest.text("greet", &[Val::I32(start), Val::I32(60_000)])?;
        guest.free(start, 60_000, 1)?;
        places.push(start);
    }
    assert!(places.iter().max() < Some(&(4 << 20)), "up to {:?}", places.iter().max());
    Ok(())
}

#[test]
fn blocks_are_aligned_and_do_not_overlap() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let mut blocks = Vec::new();
    for n in 0..200 {
        let (size, align) = (n % 5 * 7, 1 << (n % 9));
        let start = guest.put(&vec![n as u8; size], align)?;
        assert_eq!(start % align, 0);
        blocks.push((start, size, align, n as u8));
    }
    let mut starts: Vec<_> = blocks.iter().map(|block| block.0).collect();
    starts.sort();
    starts.dedup();
    assert_eq!(starts.len(), 200, "a block of no bytes has an address of its own too");
    // Freed in another order than they were allocated.
    blocks.sort_by_key(|block| block.3.wrapping_mul(91));
    for (start, size, align, byte) in blocks {
        assert_eq!(guest.bytes(start, size as i32), vec![byte; size]);
        guest.free(start, size, align)?;
    }
    assert_eq!(guest.int("polyreactor_alloc", &[Val::I32(-1), Val::I32(1)])?, 0);
    assert_eq!(guest.int("polyreactor_alloc", &[Val::I32(i32::MAX), Val::I32(8)])?, 0);
    Ok(())
}

#[test]
fn records() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let mut point = 3_i64.to_le_bytes().to_vec();
    point.extend(2.5_f64.to_le_bytes());
    let at = guest.put(&point, 8)?;
    guest.call("scale", &[Val::I32(at), Val::F64(2.0.into())])?;
    assert_eq!(guest.bytes(at, 4), 6_i32.to_le_bytes());
    assert_eq!(guest.bytes(at + 8, 8), 5_f64.to_le_bytes());

    let at = guest.put(&all(), 8)?;
    assert_eq!(guest.int("change", &[Val::I32(at)])?, 0);
    let changed = guest.bytes(at, all().len() as i32);
    assert_eq!((changed[0], changed[2], changed[4], changed[8]), (0xfe, 3, 0, 4));
    assert_eq!(changed[40..48], 0.5_f64.to_le_bytes());
    assert_eq!(changed[48..51], [1, 0, 1]);

    let numbers = guest.put(&[1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0], 4)?;
    let sum = guest.put(&[0; 4], 4)?;
    guest.call("add_to", &[Val::I32(sum), Val::I32(numbers)])?;
    assert_eq!(guest.bytes(sum, 4), [6, 0, 0, 0]);
    // Pointers that are only read may be equal.
    assert_eq!(guest.int("same", &[Val::I32(sum), Val::I32(sum)])?, 1);
    // Writable pointers may be adjacent.
    let two = guest.put(&[point.clone(), vec![0; 16]].concat(), 8)?;
    guest.call("both", &[Val::I32(two), Val::I32(two + 16)])?;
    assert_eq!(guest.bytes(two + 16, 4), [3, 0, 0, 0]);
    Ok(())
}

#[test]
fn pointers_that_are_kept() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let three: Vec<u8> = [5_i64, 6, -1].into_iter().flat_map(i64::to_le_bytes).collect();
    let numbers = guest.put(&three, 8)?;
    let sum = guest.call("sum", &[Val::I32(numbers), Val::I32(3)])?;
    assert_eq!(sum.and_then(|sum| sum.i64()), Some(10));
    guest.call("keep", &[Val::I32(numbers)])?;
    assert_eq!(guest.int("kept", &[])?, 5);
    let one = guest.put(&[1, 0, 0, 0], 4)?;
    let other = guest.put(&[0; 4], 4)?;
    assert_eq!(guest.int("through", &[Val::I32(one), Val::I32(other)])?, 1);
    assert_eq!(guest.bytes(other, 4), [2, 0, 0, 0]);
    let origin = guest.int("origin", &[])?;
    assert_eq!(guest.bytes(origin, 4), [7, 0, 0, 0]);
    assert_eq!(guest.bytes(origin + 8, 8), 0.5_f64.to_le_bytes());
    guest.call("forget", &[Val::I32(origin)])?;
    // With a count of 0 nothing is read, so the null pointer is no panic.
    guest.call("sum", &[Val::I32(0), Val::I32(0)])?;
    Ok(())
}

#[test]
fn host_functions() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let text = guest.put(b"who?", 1)?;
    let result = guest.put("grüße".as_bytes(), 1)?;
    guest.store.data_mut().result = (result, 7);
    let given = [Val::I32(text), Val::I32(4)];
    assert_eq!(guest.text("talk", &given)?, "grüße, 18446744073709551614");
    let log = std::mem::take(&mut guest.store.data_mut().log);
    assert_eq!(log[..2], ["who?", ""]);
    assert!(log[2].starts_with("[I32(1), I32(-1), I64(-1), I64(-1), F32("), "{}", log[2]);
    // The guest owned the result's block, and freed it.
    let message = guest.panic("polyreactor_free", &super::machine::free(result, 7, 1))?;
    assert!(message.contains("no block, or one that was freed before"), "{message}");

    let mut guest = Guest::new("types")?;
    guest.store.data_mut().result = (0, 0);
    assert_eq!(guest.text("talk", &[Val::I32(0), Val::I32(0)])?, ", 18446744073709551614");
    let empty = guest.put(b"", 1)?;
    guest.store.data_mut().result = (empty, 0);
    assert_eq!(guest.text("talk", &[Val::I32(0), Val::I32(0)])?, ", 18446744073709551614");
    guest.store.data_mut().flag = 1;
    let filled = guest.call("filled", &[Val::I32(9)])?;
    assert_eq!(filled.and_then(|filled| filled.f64()).map(f64::from), Some(9.0));
    assert_eq!(guest.store.data().log.last().map(String::as_str), Some("because"));
    let place = guest.put(&[4, 1, 0, 0], 4)?;
    guest.store.data_mut().place = place;
    assert_eq!(guest.int("placed", &[])?, 260);
    Ok(())
}

#[test]
fn a_call_back_may_read_what_is_not_borrowed_for_writing() -> Result<()> {
    let mut guest = Guest::new("types")?;
    let number = guest.put(&[1, 0, 0, 0], 4)?;
    let given = vec![Val::I32(number), Val::I32(number)];
    guest.store.data_mut().call_back = Some(("same", given));
    assert_eq!(guest.int("looks", &[Val::I32(number)])?, 1);
    guest.store.data_mut().call_back = Some(("yes", vec![Val::I32(1)]));
    assert_eq!(guest.int("holds", &[Val::I32(number)])?, 2);
    guest.free(number, 4, 4)
}

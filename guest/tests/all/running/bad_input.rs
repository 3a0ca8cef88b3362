//! Invalid values from the host: each is a panic of the guest whose message names the value and the
//! function.

use anyhow::Result;
use wasmi::Val;

use super::machine::{Guest, free};

/// Calls an export of a new guest, and compares its panic message.
macro_rules! refused {
    ($test:ident: $name:literal, |$guest:ident| $given:expr, $expected:literal) => {
        #[test]
        fn $test() -> Result<()> {
            let mut guest = Guest::new("types")?;
            let $guest = &mut guest;
            let given: Vec<Val> = $given.into_iter().map(Val::from).collect();
            let message = guest.panic($name, &given)?;
            // Addresses depend on the allocator.
            let words: Vec<_> = message.split(' ').collect();
            let words = words.iter().map(|word| match word.strip_prefix("0x") {
                Some(digits) if digits.ends_with(',') => "0x…,",
                Some(digits) if digits.len() > 2 => "0x…",
                _ => word,
            });
            assert_eq!(words.collect::<Vec<_>>().join(" "), $expected);
            Ok(())
        }
    };
}

refused!(bool_2: "yes", |_guest| [2],
    "`yes`: the host passed 2 for a bool, 0 or 1 expected");
refused!(bool_256: "yes", |_guest| [256],
    "`yes`: the host passed 256 for a bool, 0 or 1 expected");
refused!(bool_behind_a_pointer: "change", |guest| [guest.put(&{
        let mut bytes = [0; 56];
        bytes[50] = 3;
        bytes
    }, 8)?],
    "`change`: the host wrote 3 for a bool behind a pointer, 0 or 1 expected");
refused!(null: "scale", |_guest| [Val::I32(0), Val::F64(1.0.into())],
    "`scale`: the pointer is null");
refused!(misaligned: "scale", |guest| [Val::I32(guest.put(&[0; 24], 8)? + 4), Val::F64(1.0.into())],
    "`scale`: the pointer 0x… is not a multiple of 8");
refused!(past_the_block: "scale", |guest| [Val::I32(guest.put(&[0; 24], 8)? + 16), Val::F64(1.0.into())],
    "`scale`: the 16 bytes at 0x… are not inside a block that `polyreactor_alloc` has \
     allocated and that is not freed yet");
refused!(out_of_bounds: "scale", |_guest| [Val::I32(-16), Val::F64(1.0.into())],
    "`scale`: the 16 bytes at 0x… are not inside a block that `polyreactor_alloc` has \
     allocated and that is not freed yet");
refused!(the_guests_own_memory: "scale", |_guest| [Val::I32(1024), Val::F64(1.0.into())],
    "`scale`: the 16 bytes at 0x… are not inside a block that `polyreactor_alloc` has \
     allocated and that is not freed yet");
refused!(freed: "same", |guest| {
        let number = guest.put(&[0; 4], 4)?;
        guest.free(number, 4, 4)?;
        [number, number]
    },
    "`same`: the 4 bytes at 0x… are not inside a block that `polyreactor_alloc` has \
     allocated and that is not freed yet");
refused!(two_writable_pointers: "both", |guest| [guest.put(&[0; 32], 8)?; 2].map(|at| at),
    "`both`: the 16 bytes at 0x… overlap with an argument of a running call, and one of \
     the two may be written to");
refused!(overlap: "both", |guest| {
        let at = guest.put(&[0; 32], 8)?;
        [at, at + 8]
    },
    "`both`: the 16 bytes at 0x… overlap with an argument of a running call, and one of \
     the two may be written to");
refused!(a_readable_and_a_writable_pointer: "add_to", |guest| {
        let at = guest.put(&[0; 16], 4)?;
        [at + 4, at]
    },
    "`add_to`: the 12 bytes at 0x… overlap with an argument of a running call, and one of \
     the two may be written to");
refused!(written_through_a_pointer: "through", |guest| [guest.put(&[0; 4], 4)?; 2].map(|at| at),
    "`through`: the 4 bytes at 0x… overlap with an argument of a running call, and one of \
     the two may be written to");
refused!(not_utf8: "greet", |guest| [guest.put(b"ab\xffc", 1)?, 4],
    "`greet`: the host passed a string that is not UTF-8: the byte 2 of 4 is 0xff");
refused!(lone_surrogate: "greet", |guest| [guest.put(b"\xed\xa0\x80", 1)?, 3],
    "`greet`: the host passed a string that is not UTF-8: the byte 0 of 3 is 0xed");
refused!(cut_character: "greet", |guest| [guest.put("aö".as_bytes(), 1)?, 2],
    "`greet`: the host passed a string that is not UTF-8: the byte 1 of 2 is 0xc3");
refused!(null_string: "greet", |_guest| [0, 1],
    "`greet`: the pointer is null");
refused!(negative_length: "greet", |guest| [guest.put(b"a", 1)?, -1],
    "`greet`: the 4294967295 bytes at 0x… are not inside a block that `polyreactor_alloc` has \
     allocated and that is not freed yet");
refused!(kept_too_long: "kept", |guest| {
        let number = guest.put(&[0; 4], 4)?;
        guest.call("keep", &[Val::I32(number)])?;
        guest.free(number, 4, 4)?;
        [0; 0]
    },
    "`keep`: the 4 bytes at 0x… are not inside a block that `polyreactor_alloc` has \
     allocated and that is not freed yet");
refused!(count_past_the_end: "sum", |guest| [guest.put(&[0; 16], 8)?, 3],
    "`sum`: the 8 bytes at 0x… are not inside a block that `polyreactor_alloc` has \
     allocated and that is not freed yet");
refused!(align_of_three: "polyreactor_alloc", |_guest| [8, 3],
    "the host called `polyreactor_alloc` with align 3: a power of two expected");
refused!(align_of_none: "polyreactor_alloc", |_guest| [8, 0],
    "the host called `polyreactor_alloc` with align 0: a power of two expected");
refused!(freed_twice: "polyreactor_free", |guest| {
        let at = guest.put(b"abc", 1)?;
        guest.free(at, 3, 1)?;
        free(at, 3, 1)
    },
    "the host called `polyreactor_free` for 0x…, which is no block, or one that was freed before");
refused!(freed_but_not_allocated: "polyreactor_free", |guest| free(guest.put(b"abc", 1)? + 1, 2, 1),
    "the host called `polyreactor_free` for 0x…, which is no block, or one that was freed before");
refused!(freed_with_another_size: "polyreactor_free", |guest| free(guest.put(b"abc", 2)?, 4, 2),
    "the host called `polyreactor_free` for 0x… with size 4 and align 2: the block was allocated with \
     size 3 and align 2");
refused!(freed_with_another_align: "polyreactor_free", |guest| free(guest.put(b"abc", 2)?, 3, 1),
    "the host called `polyreactor_free` for 0x… with size 3 and align 1: the block was allocated with \
     size 3 and align 2");
refused!(freed_while_in_use: "looks", |guest| {
        let at = guest.put(&[0; 4], 4)?;
        guest.store.data_mut().call_back = Some(("polyreactor_free", free(at, 4, 4).to_vec()));
        [at]
    },
    "the host called `polyreactor_free` for 0x… while an exported function still uses it");
refused!(called_back_with_a_writable_pointer: "holds", |guest| {
        let at = guest.put(&[0; 4], 4)?;
        guest.store.data_mut().call_back = Some(("same", vec![Val::I32(at), Val::I32(at)]));
        [at]
    },
    "`same`: the 4 bytes at 0x… overlap with an argument of a running call, and one of \
     the two may be written to");
refused!(result_without_a_block: "talk", |guest| {
        guest.store.data_mut().result = (1024, 5);
        [0, 0]
    },
    "`host.ask`: the host returned a string of 5 bytes at 0x…, where no block of at least \
     as many bytes begins that `polyreactor_alloc` has allocated");
refused!(result_not_utf8: "talk", |guest| {
        guest.store.data_mut().result = (guest.put(b"\xc0\x80", 1)?, 2);
        [0, 0]
    },
    "`host.ask`: the host returned a string that is not UTF-8: the byte 0 of 2 is 0xc0");
refused!(the_host_writes_no_bool: "filled", |guest| {
        guest.store.data_mut().flag = 2;
        [1]
    },
    "`host.fill`: the host wrote 2 for a bool behind a pointer, 0 or 1 expected");
refused!(the_host_returns_null: "placed", |guest| {
        guest.store.data_mut().place = 0;
        [0; 0]
    },
    "`host.place`: the pointer is null");
refused!(null_list: "echo_u8", |_guest| [0, 1],
    "`echo_u8`: the pointer is null");
refused!(misaligned_list: "echo_s32", |guest| [guest.put(&[0; 16], 4)? + 2, 1],
    "`echo_s32`: the pointer 0x… is not a multiple of 4");
refused!(misaligned_list_of_large: "sorted", |guest| [guest.put(&[0; 16], 8)? + 1, 1],
    "`sorted`: the pointer 0x… is not a multiple of 4");
// Inside the block if its length counted bytes.
refused!(list_past_the_block: "echo_f64", |guest| [guest.put(&[0; 16], 8)?, 3],
    "`echo_f64`: the 24 bytes at 0x… are not inside a block that `polyreactor_alloc` has \
     allocated and that is not freed yet");
refused!(list_of_negative_length: "echo_u8", |guest| [guest.put(b"a", 1)?, -1],
    "`echo_u8`: the 4294967295 bytes at 0x… are not inside a block that `polyreactor_alloc` has \
     allocated and that is not freed yet");
// 8 times this is 8 in 32 bits.
refused!(list_that_wraps_around: "echo_u64", |guest| [guest.put(&[0; 16], 8)?, 0x2000_0001],
    "`echo_u64`: the 4294967295 bytes at 0x… are not inside a block that `polyreactor_alloc` has \
     allocated and that is not freed yet");
refused!(list_of_the_guests_own_memory: "echo_u8", |_guest| [1024, 4],
    "`echo_u8`: the 4 bytes at 0x… are not inside a block that `polyreactor_alloc` has \
     allocated and that is not freed yet");
refused!(bool_2_in_a_list: "echo_bool", |guest| [guest.put(&[1, 0, 2, 3], 1)?, 4],
    "`echo_bool`: the host passed 2 for a bool in a list, 0 or 1 expected");
refused!(list_that_is_written_to: "changed", |guest| {
        let at = guest.put(&[0; 16], 4)?;
        [at, 4, at + 8]
    },
    "`changed`: the 4 bytes at 0x… overlap with an argument of a running call, and one of \
     the two may be written to");
refused!(copy_not_utf8: "doubled", |guest| [guest.put(b"ab\xffc", 1)?, 4],
    "`doubled`: the host passed a string that is not UTF-8: the byte 2 of 4 is 0xff");
refused!(list_result_without_a_block: "call_reverse", |guest| {
        guest.store.data_mut().result = (1024, 5);
        [0, 0]
    },
    "`host.reverse`: the host returned a list of 10 bytes at 0x…, where no block of at least \
     as many bytes begins that `polyreactor_alloc` has allocated");
// Inside the block if its length counted bytes.
refused!(list_result_past_its_block: "call_reverse", |guest| {
        guest.store.data_mut().result = (guest.put(&[0; 8], 2)?, 5);
        [0, 0]
    },
    "`host.reverse`: the host returned a list of 10 bytes at 0x…, where no block of at least \
     as many bytes begins that `polyreactor_alloc` has allocated");
refused!(list_result_of_negative_length: "call_reverse", |guest| {
        guest.store.data_mut().result = (guest.put(&[0; 8], 2)?, -1);
        [0, 0]
    },
    "`host.reverse`: the host returned a list of more bytes than the address space has");
refused!(list_result_misaligned: "call_reverse", |guest| {
        guest.store.data_mut().result = (1025, 1);
        [0, 0]
    },
    "`host.reverse`: the host returned a list at 0x…, which is not a multiple of 2");
refused!(bool_2_in_a_list_result: "call_flags", |guest| {
        guest.store.data_mut().result = (guest.put(&[1, 2], 1)?, 2);
        [0, 0]
    },
    "`host.flags`: the host returned 2 for a bool in a list, 0 or 1 expected");

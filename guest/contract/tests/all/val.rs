//! Values: their text, their equality, their types, and their bytes in memory.

use std::collections::HashSet;

use polyreactor_contract::{BadMemory, Draft, List, Pointee, Scalar, Type, Val, ValueType};

#[test]
fn numbers_are_written_in_the_shortest_text_that_is_parsed_as_the_same() {
    let written = [
        (Val::from(u32::MAX), "4294967295"),
        (Val::from(-1), "-1"),
        (Val::from(i64::MIN), "-9223372036854775808"),
        (Val::from(0.1_f32), "0.1"),
        (Val::from(1.0), "1"),
        (Val::from(-0.0), "-0"),
        (Val::from(1e300), "1e300"),
        (Val::from(5e-324), "5e-324"),
        (Val::from(f64::INFINITY), "inf"),
        (Val::from(f32::NEG_INFINITY), "-inf"),
        (Val::F32(f32::from_bits(0x7fc0_0000)), "nan"),
        (Val::F64(f64::from_bits(0xfff8 << 48)), "-nan"),
        (Val::F32(f32::from_bits(0x7f80_0001)), "nan:0x1"),
        (Val::F64(f64::from_bits(u64::MAX)), "-nan:0xfffffffffffff"),
    ];
    for (value, text) in written {
        assert_eq!(value.to_string(), text);
    }
}

#[test]
fn strings_are_written_without_characters_that_a_terminal_interprets() {
    let text = Val::from("a\"\\'\n\r\t\u{1b}\u{202e}größe");
    assert_eq!(text.to_string(), r#""a\"\\'\n\r\t\u{1b}\u{202e}größe""#);
    let read: Val = wasm_wave::from_str(&Type::String, &text.to_string()).unwrap();
    assert_eq!(read, text);
}

#[test]
fn equality_and_hashes_are_by_bits() {
    let float = |bits| Val::F32(f32::from_bits(bits));
    let floats: Vec<_> = [0, 1 << 31, 0x7fc0_0000, 0x7fc0_0001, 0xffc0_0000].map(float).into();
    let distinct: HashSet<Val> = floats.iter().cloned().collect();
    assert_eq!(distinct.len(), floats.len());
    assert!(floats.iter().all(|float| distinct.contains(&float.clone())));
    let list = |zero: f64| Val::from(vec![1.0, zero, f64::NAN]);
    assert_eq!(list(0.0), list(0.0));
    assert_ne!(list(0.0), list(-0.0));
    // The same number of another type is another value.
    let ones = [Val::from(1_u8), Val::from(1_i8), Val::from(1), Val::from(1_u32), Val::from(true)];
    assert_eq!(ones.into_iter().collect::<HashSet<_>>().len(), 5);
}

#[test]
fn a_list_is_the_same_however_it_was_made() {
    let packed = Val::from(vec![1_u16, 2]);
    let collected = Val::from(vec![Val::from(1_u16), Val::from(2_u16)]);
    assert_eq!(packed, collected);
    assert_eq!(HashSet::from([packed, collected]).len(), 1);
    let empty =
        [Val::from(Vec::<u8>::new()), Val::from(Vec::<f64>::new()), Val::from(Vec::<Val>::new())];
    assert_eq!(empty.into_iter().collect::<HashSet<_>>().len(), 1);
    let mixed = List::from_iter([Val::from(1_u8), Val::from(1_u16)]);
    assert_eq!((mixed.scalar(), mixed.len()), (None, 2));
    assert_eq!(mixed.as_slice::<u8>(), None);
    assert_eq!(mixed.get(1).as_deref(), Some(&Val::from(1_u16)));
    assert_eq!(mixed.get(2), None);
}

#[test]
fn a_list_takes_over_the_memory_of_a_vector() {
    let bytes = List::from(vec![7_u8; 50_000_000]);
    let slice = bytes.as_slice::<u8>().unwrap();
    let address = slice.as_ptr();
    let value = Val::from(bytes);
    let Val::List(list) = &value else { panic!("it is a list") };
    assert_eq!(list.as_slice::<u8>().unwrap().as_ptr(), address, "they were copied");
    assert!(size_of::<Val>() <= 32, "{}", size_of::<Val>());
}

fn record(fields: &[(&str, &str)]) -> Pointee {
    let mut draft = Draft::default();
    let fields = fields.iter().map(|(name, ty)| ((*name).to_owned(), (*ty).to_owned()));
    draft.records.push(("r".to_owned(), fields.collect()));
    Pointee::Record(draft.check().unwrap().record("r").unwrap().clone())
}

#[test]
fn values_are_stored_and_loaded_as_the_contract_lays_them_out() {
    let ty = record(&[
        ("a", "bool"),
        ("b", "s8"),
        ("c", "u16"),
        ("d", "list<s16, 3>"),
        ("e", "f32"),
        ("f", "u64"),
        ("g", "list<list<bool, 2>, 2>"),
        ("h", "f64"),
        ("i", "s32"),
        ("j", "list<u8, 3>"),
    ]);
    let bools = |a, b| Val::from(vec![a, b]);
    let value = Val::record([
        ("a", Val::from(true)),
        ("b", Val::from(-1_i8)),
        ("c", Val::from(0x1234_u16)),
        ("d", Val::from(vec![1_i16, -2, 3])),
        ("e", Val::F32(f32::from_bits(0x7fa0_0001))),
        ("f", Val::from(u64::MAX - 1)),
        ("g", Val::from(vec![bools(true, false), bools(false, true)])),
        ("h", Val::from(-0.0)),
        ("i", Val::from(i32::MIN)),
        ("j", Val::from(vec![1_u8, 2, 3])),
    ]);
    let size = ty.layout().size_bytes as usize;
    let mut bytes = vec![0xaa; size + 1];
    value.store(&ty, &mut bytes).unwrap();
    assert_eq!(bytes[..10], [1, 255, 0x34, 0x12, 1, 0, 0xfe, 0xff, 3, 0]);
    assert_eq!(bytes[size], 0xaa);
    assert_eq!(Val::load(&ty, &bytes), Ok(value.clone()));

    assert_eq!(Val::load(&ty, &bytes[..size - 1]), Err(BadMemory::TooShort { wanted: size }));
    let short = &mut bytes[..size - 1];
    assert_eq!(value.store(&ty, short), Err(BadMemory::TooShort { wanted: size }));
    let before = bytes.clone();
    assert_eq!(Val::from(1).store(&ty, &mut bytes), Err(BadMemory::OfAnotherType));
    assert_eq!(bytes, before, "nothing is written");
    for at in [0, 24] {
        let mut bytes = bytes.clone();
        assert!(bytes[at] <= 1, "{at} is a bool");
        bytes[at] = 2;
        assert_eq!(Val::load(&ty, &bytes), Err(BadMemory::NoBool { found: 2 }));
    }
}

#[test]
fn a_value_is_of_one_type() {
    let values = [
        (Val::from(true), ValueType::Bool),
        (Val::from(1), ValueType::S32),
        (Val::from(1_u32), ValueType::U32),
        (Val::from(1_i64), ValueType::S64),
        (Val::from(1_u64), ValueType::U64),
        (Val::from(1_f32), ValueType::F32),
        (Val::from(1.0), ValueType::F64),
        (Val::from("1"), ValueType::String),
        (Val::from(vec![1_u8]), ValueType::List(Scalar::U8)),
        (Val::from(vec![1_i8]), ValueType::List(Scalar::S8)),
        (Val::from(vec![true]), ValueType::List(Scalar::Bool)),
        (Val::from(vec![1.0]), ValueType::List(Scalar::F64)),
        (Val::from(1_u8), ValueType::Ptr(Pointee::Scalar(Scalar::U8))),
    ];
    for (at, (value, _)) in values.iter().enumerate() {
        let fits: Vec<_> = values.iter().map(|(_, ty)| value.is_a(ty)).collect();
        assert_eq!(fits.iter().position(|fits| *fits), Some(at));
        assert_eq!(fits.iter().filter(|fits| **fits).count(), 1);
    }
    assert!(Val::from(Vec::<Val>::new()).is_a(&ValueType::List(Scalar::F32)), "an empty one");
    let pair = Pointee::List(Box::new(Pointee::Scalar(Scalar::U8)), 2);
    assert!(Val::from(vec![1_u8, 2]).lies_as(&pair));
    assert!(!Val::from(vec![1_u8]).lies_as(&pair));
    assert!(!Val::from(vec![1_i8, 2]).lies_as(&pair));
    let point = record(&[("x", "s32")]);
    assert!(Val::record([("x", Val::from(1))]).lies_as(&point));
    assert!(!Val::record([("y", Val::from(1))]).lies_as(&point));
    assert!(!Val::record([("x", Val::from(1_u32))]).lies_as(&point));
}

#[test]
fn wave_is_parsed_by_the_type_of_a_value() {
    let point = Val::record([("x", Val::from(1_u8)), ("tags", Val::from(vec![true]))]);
    let read = |text: &str| wasm_wave::from_str::<Val>(&point.ty(), text);
    assert_eq!(read("{tags: [true], x: 1}").unwrap(), point);
    for wrong in
        ["{x: 1}", "{x: 1, tags: [], y: 1}", "{x: 256, tags: []}", "[]", "{x: 1, tags: [1]}"]
    {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    assert_eq!(wasm_wave::to_string(&point).unwrap(), point.to_string());
    let unknown = Val::from(Vec::<Val>::new()).ty();
    assert!(wasm_wave::from_str::<Val>(&unknown, "[1]").is_err(), "of what type is it?");
}

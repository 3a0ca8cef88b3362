//! Traps: their kind, and the backtrace with the functions' names in the source.

use crate::support::{INIT, instance};
use polyreactor_host::{CallError, Instance, Stack, Trap, TrapKind, Val};

#[track_caller]
fn trap(guest: &mut Instance, export: &str) -> Trap {
    match guest.call_dynamic(export, &[]) {
        Err(CallError::Trap(trap)) => *trap,
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_are_demangled_and_innermost_first() {
    let mut guest = instance(&format!(
        r#"{INIT}
        (func $_ZN7counter6divide17h0123456789abcdefE unreachable)
        (func $average (export "avg") (call $_ZN7counter6divide17h0123456789abcdefE))"#
    ));
    assert_eq!(
        trap(&mut guest, "avg").to_string(),
        "the guest executed `unreachable` (as panics do)\n  in counter::divide\n  in average"
    );
}

#[test]
fn names_cannot_write_to_the_terminal() {
    let mut guest = instance(&format!(
        r#"{INIT} (func $"\1b[2Jclear" unreachable) (func (export "f") (call 1))"#
    ));
    assert!(!trap(&mut guest, "f").to_string().contains('\x1b'));
}

#[test]
fn a_long_backtrace_is_cut() {
    let calls = (1..20).map(|number| format!("(func $f{number} (call {number}))"));
    let mut guest = instance(&format!(
        r#"{INIT} (func $f0 unreachable) {} (export "f" (func 20))"#,
        calls.collect::<String>()
    ));
    let text = trap(&mut guest, "f").to_string();
    assert!(text.ends_with("\n  in f11\n  and 8 more"), "{text}");
}

#[test]
fn endless_recursion_is_a_stack_overflow() {
    let mut guest =
        instance(&format!(r#"{INIT} (func $down (export "down") (call $down) (call $down))"#));
    let error = guest.call_dynamic("down", &[]).unwrap_err();
    let CallError::StackOverflow { cause, .. } = &error else { panic!("{error}") };
    assert!(matches!(&**cause, CallError::Trap(trap) if trap.kind == TrapKind::StackOverflow));
    assert_eq!(
        error.to_string(),
        "the guest's call stack overflowed: its recursion has no end, or is too deep for the 512 KiB \
         that the engine allows (`EngineConfig::max_stack_bytes`)\n  in down, 20 times or more"
    );
    assert!(matches!(guest.call_dynamic("down", &[]), Err(CallError::Poisoned { .. })));
}

#[test]
fn each_cause_of_a_trap_has_its_kind() {
    let causes = [
        ("unreachable", TrapKind::Unreachable),
        ("(drop (i32.load (i32.const -1)))", TrapKind::MemoryOutOfBounds),
        ("(drop (i32.rem_u (i32.const 1) (i32.const 0)))", TrapKind::DivisionByZero),
        ("(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))", TrapKind::IntegerOverflow),
        ("(drop (i32.trunc_f64_s (f64.const nan)))", TrapKind::BadConversion),
        ("(call_indirect (i32.const 0))", TrapKind::NoSuchTableEntry),
        ("(call_indirect (i32.const 9))", TrapKind::NoSuchTableEntry),
        ("(call_indirect (param i32) (i32.const 0) (i32.const 1))", TrapKind::BadSignature),
    ];
    for (body, kind) in causes {
        let mut guest = instance(&format!(
            r#"(table 2 funcref) (elem (i32.const 1) $init)
            (func $init (export "_initialize")) (func (export "f") {body})"#
        ));
        assert_eq!(trap(&mut guest, "f").kind, kind, "{body}");
    }
}

/// A stack in linear memory whose frames are filled by one instruction, of whose fault the engine
/// knows no address. `down` recurses to a depth; `wild` fills elsewhere, at that depth.
const FILLS: &str = r#"
    (global $sp (mut i32) (i32.const 32768))
    (func $down (export "down") (param $depth i32) (result i32)
      (global.set $sp (i32.sub (global.get $sp) (i32.const 512)))
      (call $fill (global.get $sp))
      (if (local.get $depth)
        (then (drop (call $down (i32.sub (local.get $depth) (i32.const 1))))))
      (global.set $sp (i32.add (global.get $sp) (i32.const 512)))
      (i32.const 1))
    (func $fill (param $at i32)
      (memory.fill (local.get $at) (i32.const 0) (i32.const 512)))
    (func $wild (export "wild") (param $depth i32) (result i32)
      (if (result i32) (local.get $depth)
        (then (i32.add (call $wild (i32.sub (local.get $depth) (i32.const 1))) (i32.const 1)))
        (else (call $fill (i32.const -1)) (i32.const 1))))
    (func (export "through") (param $depth i32) (result i32) (call $wild (local.get $depth)))"#;

#[test]
fn a_filled_stack_in_memory_overflows() {
    let mut guest = instance(&format!("{INIT} {FILLS}"));
    assert_eq!(guest.call_dynamic("down", &[Val::S32(63)]).unwrap().results, [Val::S32(1)]);
    for depth in [64, 1000] {
        let mut guest = instance(&format!("{INIT} {FILLS}"));
        let error = guest.call_dynamic("down", &[Val::S32(depth)]).unwrap_err();
        let CallError::StackOverflow { stack: Stack::Memory, cause } = &error else {
            panic!("{depth}: {error:?}")
        };
        let CallError::Trap(trap) = &**cause else { panic!("{cause:?}") };
        assert_eq!(trap.kind, TrapKind::MemoryOutOfBounds);
    }
    // A backtrace that is not full of a recursion is no evidence.
    for (export, depth) in [("wild", 0), ("wild", 10), ("through", 17)] {
        let mut guest = instance(&format!("{INIT} {FILLS}"));
        let error = guest.call_dynamic(export, &[Val::S32(depth)]).unwrap_err();
        assert!(matches!(error, CallError::Trap(_)), "{export}({depth}): {error:?}");
    }
}

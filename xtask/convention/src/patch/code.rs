//! The new code section: unchanged bodies are copied byte by byte.

use std::collections::BTreeMap;
use std::ops::Range;

use wasm_encoder::{BlockType, Encode};
use wasmparser::{BinaryReader, Operator};

use super::edit::{Again, Edit};
use super::splice::{Splices, number, spliced};
use crate::Malformed;

/// The new contents of the code section.
pub(super) struct Code {
    pub(super) content: Vec<u8>,
    /// Whether code of the module has another offset from the start of the section than before:
    /// DWARF addresses are such offsets.
    pub(super) has_moved: bool,
}

const UNREACHABLE: u8 = 0x00;
const NOP: u8 = 0x01;
const END: u8 = 0x0b;

/// The contents of the code section with the changes of `edit`. `old` is the range of the old
/// contents; `None` for a module without a code section.
pub(super) fn code(edit: &Edit<'_, '_>, old: Option<Range<usize>>) -> Result<Code, Malformed> {
    let module = edit.module;
    let bytes = module.bytes;
    let old = old.unwrap_or_default();
    let mut count = BinaryReader::new(&bytes[old.clone()], old.start);
    if !old.is_empty() {
        count.read_var_u32()?;
    }
    let first = count.original_position();
    let kept = edit.first_added() - module.imported_functions;
    let width = first - old.start;
    let mut content = number(kept + edit.added.len() as u32, width);
    let mut has_moved = content.len() != width && kept > 0;
    content.reserve(old.len());

    let mut at = first;
    for (function, splices) in changes(edit)? {
        let Some(body) = module.body(function) else { continue };
        let changed = spliced(bytes, body.clone(), &splices);
        if changed.len() == body.len() {
            content.extend_from_slice(&bytes[at..body.start]);
        } else {
            // The size of a body stands between the end of the body before it and its own start.
            let before = function.checked_sub(1).and_then(|before| module.body(before));
            content.extend_from_slice(&bytes[at..before.map_or(first, |body| body.end)]);
            (changed.len() as u32).encode(&mut content);
            has_moved = true;
        }
        content.extend_from_slice(&changed);
        at = body.end;
    }
    let last = edit.first_added().checked_sub(1).and_then(|last| module.body(last));
    content.extend_from_slice(&bytes[at..last.map_or(at, |body| body.end)]);
    for place in 0..edit.added.len() {
        once_function(edit, place).encode(&mut content);
    }
    Ok(Code { content, has_moved })
}

/// By function, in order: the splices in its body.
fn changes(edit: &Edit<'_, '_>) -> Result<BTreeMap<u32, Splices>, Malformed> {
    let module = edit.module;
    let mut changes = BTreeMap::new();
    let first_added = edit.first_added();
    for &function in edit.removed.range(..first_added) {
        // A removed function keeps its index, with a body that only traps. A body shorter than the
        // stub (no locals, `unreachable`, `end`) contains no call and can stay.
        if let Some(body) = module.body(function).filter(|body| body.len() >= 3) {
            let nops = vec![NOP; body.len() - 3];
            let stub = [vec![0, UNREACHABLE], nops, vec![END]].concat();
            changes.insert(function, vec![(body, stub)]);
        }
    }
    for (&function, special) in &edit.silenced {
        let is_call = |operator: &Operator<'_>| match operator {
            Operator::Call { function_index } => special.contains(function_index),
            _ => false,
        };
        let places = instructions(edit, function, is_call)?;
        let silence = places.into_iter().map(|place| {
            let nops = vec![NOP; place.len()];
            (place, nops)
        });
        changes.insert(function, silence.collect());
    }
    if let Some((from, to)) = edit.redirected {
        let to = edit.number(to);
        let callers = module.callers(from).filter(|caller| !edit.removed.contains(caller));
        for caller in callers.collect::<Vec<_>>() {
            let names = |operator: &Operator<'_>| {
                matches!(
                    operator,
                    Operator::Call { function_index }
                    | Operator::ReturnCall { function_index }
                    | Operator::RefFunc { function_index } if *function_index == from
                )
            };
            let places = instructions(edit, caller, names)?;
            // The index of the function follows the opcode, which is one byte.
            let redirected = places.into_iter().map(|place| {
                let place = place.start + 1..place.end;
                let to = number(to, place.len());
                (place, to)
            });
            changes.insert(caller, redirected.collect());
        }
    }
    Ok(changes)
}

/// The byte ranges of the instructions of a function for which `is_wanted` holds.
fn instructions(
    edit: &Edit<'_, '_>,
    function: u32,
    is_wanted: impl Fn(&Operator<'_>) -> bool,
) -> Result<Vec<Range<usize>>, Malformed> {
    let mut places = Vec::new();
    let Some(mut operators) = edit.module.operators(function) else { return Ok(places) };
    while !operators.eof() {
        let start = operators.original_position();
        if is_wanted(&operators.read()?) {
            places.push(start..operators.original_position());
        }
    }
    Ok(places)
}

fn once_function(edit: &Edit<'_, '_>, place: usize) -> wasm_encoder::Function {
    let (once, flag) = (&edit.added[place], edit.flag(place));
    let mut function = wasm_encoder::Function::new([]);
    let mut body = function.instructions();
    body.global_get(flag).if_(BlockType::Empty);
    match once.again {
        Again::Return => body.return_(),
        Again::Trap => body.unreachable(),
    };
    body.end().i32_const(1).global_set(flag);
    for &callee in &once.calls {
        body.call(edit.number(callee));
    }
    body.end();
    function
}

//! The shape of a function: its first and last calls, and whether it only forwards.

use std::collections::VecDeque;

use wasmparser::Operator;
use wasmparser::types::CoreTypeId;

use crate::module::Module;

/// The properties of a function's body by which a wrapper is recognised.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// The callee of the first instruction, if that is a call of a local function of type
    /// `() -> ()` and the body contains more than this call.
    pub(crate) head: Option<u32>,
    /// The callee of the last instruction, under the same conditions. Results that the body then
    /// fetches from locals are ignored.
    pub(crate) tail: Option<u32>,
    /// The number of direct calls.
    pub(crate) calls: usize,
    /// The callee of each direct call.
    pub(crate) callees: Vec<u32>,
    /// Whether the body contains only direct calls and `drop`.
    pub(crate) is_plain_calls: bool,
    /// Whether the body calls functions and has no other effect and no branch that depends on a
    /// value, as a constructors function that a tool has instrumented.
    pub(crate) is_only_calls: bool,
    /// Whether results are kept in locals over the last call. `wasm-opt -O1` and compilers do so,
    /// the linker does not.
    pub(crate) spills_results: bool,
    /// The possible wrapped functions: callees with the function's own type, called with exactly
    /// its parameters in order; one for each combination of head and tail around that call.
    forwards: Vec<Forward>,
}

/// A call of a possible wrapped function, with the calls around it.
#[derive(Debug)]
struct Forward {
    after_head: bool,
    before_tail: bool,
    target: u32,
}

impl Shape {
    /// The wrapped function, if the body only calls `head` (if given), the wrapped function with
    /// its own parameters, and `tail` (if given), in this order; else `None`.
    pub(crate) fn target(&self, head: Option<u32>, tail: Option<u32>) -> Option<u32> {
        let fits = |forward: &&Forward| {
            forward.after_head == head.is_some() && forward.before_tail == tail.is_some()
        };
        if head.is_some() && self.head != head || tail.is_some() && self.tail != tail {
            return None;
        }
        self.forwards.iter().find(fits).map(|forward| forward.target)
    }

    pub(crate) fn count_of_calls(&self, function: u32) -> usize {
        self.callees.iter().filter(|&&callee| callee == function).count()
    }
}

/// The shape of a local function.
pub(crate) fn shape(module: &Module<'_>, function: u32) -> Shape {
    let id = module.type_of(function);
    let (params, results) = arity(module, id);
    // The length of the longest wrapper. Of a longer body, only that many last instructions are
    // kept; the others are only counted.
    let Some(read) = Body::read(module, function, params + 2 * results + 3) else {
        return Shape::default();
    };
    let Body { first, last: mut body, length, callees, is_plain_calls, is_only_calls } = read;

    let plain = |operator: Option<&Operator<'_>>| match operator {
        Some(Operator::Call { function_index }) => {
            Some(*function_index).filter(|&f| module.is_local(f) && module.is_plain(f))
        }
        _ => None,
    };
    // A body that is one call and nothing else has nothing around that call.
    let around = length > 1;
    let mut shape = Shape {
        head: plain(first.as_ref()).filter(|_| around),
        tail: plain(without_last_gets(&body, results).last()).filter(|_| around),
        calls: callees.len(),
        is_plain_calls,
        is_only_calls: is_only_calls && !callees.is_empty(),
        callees,
        ..Shape::default()
    };

    let is_whole = length == body.len();
    shape.spills_results = unspill(&mut body, results);
    for (after_head, before_tail) in [(true, true), (true, false), (false, true)] {
        if !is_whole || after_head && shape.head.is_none() || before_tail && shape.tail.is_none() {
            continue;
        }
        let end = body.len() - usize::from(before_tail);
        let Some(middle) = body.get(usize::from(after_head)..end) else { continue };
        if let Some(target) = forwarded(middle, params)
            && module.is_local(target)
            && module.type_of(target) == id
        {
            shape.forwards.push(Forward { after_head, before_tail, target });
        }
    }
    shape
}

fn arity(module: &Module<'_>, id: CoreTypeId) -> (usize, usize) {
    let ty = module.function_type(id);
    (ty.params().len(), ty.results().len())
}

/// The parts of a function's body that its shape depends on. The final `end` is left out.
struct Body<'a> {
    first: Option<Operator<'a>>,
    /// The last instructions; all instructions of a short body.
    last: Vec<Operator<'a>>,
    /// The number of instructions.
    length: usize,
    callees: Vec<u32>,
    is_plain_calls: bool,
    is_only_calls: bool,
}

impl<'a> Body<'a> {
    fn read(module: &Module<'a>, function: u32, kept: usize) -> Option<Self> {
        let mut last = VecDeque::new();
        let mut body = Body {
            first: None,
            last: Vec::new(),
            length: 0,
            callees: Vec::new(),
            is_plain_calls: true,
            is_only_calls: true,
        };
        let mut operators = module.operators(function)?.into_iter().map_while(Result::ok);
        let mut next = operators.next()?;
        for after in operators {
            body.callees.extend(callee(&next));
            body.is_plain_calls &= matches!(next, Operator::Call { .. } | Operator::Drop);
            body.is_only_calls &= is_call_or_idle(&next);
            body.length += 1;
            body.first.get_or_insert_with(|| next.clone());
            if last.len() == kept {
                last.pop_front();
            }
            last.push_back(std::mem::replace(&mut next, after));
        }
        body.last = last.into();
        Some(body)
    }
}

/// A body without the `local.get`s at its end that fetch up to `results` results.
fn without_last_gets<'b, 'a>(body: &'b [Operator<'a>], results: usize) -> &'b [Operator<'a>] {
    let gets = body.iter().rev().take_while(|last| matches!(last, Operator::LocalGet { .. }));
    let gets = gets.count().min(results);
    &body[..body.len() - gets]
}

/// Rewrites `…; local.set x; call d; local.get x`, which keeps a result in a local over a call,
/// into `…; call d`. Returns whether the body had that form.
fn unspill(body: &mut Vec<Operator<'_>>, results: usize) -> bool {
    let Some(call) = body.len().checked_sub(results + 1) else { return false };
    let Some(first_set) = call.checked_sub(results) else { return false };
    if results == 0 || !matches!(body[call], Operator::Call { .. }) {
        return false;
    }
    let sets = body[first_set..call].iter().map(|operator| match operator {
        Operator::LocalSet { local_index } => Some(*local_index),
        _ => None,
    });
    let gets = body[call + 1..].iter().rev().map(|operator| match operator {
        Operator::LocalGet { local_index } => Some(*local_index),
        _ => None,
    });
    if !sets.zip(gets).all(|(set, get)| set.is_some() && set == get) {
        return false;
    }
    body.truncate(call + 1);
    body.drain(first_set..call);
    true
}

/// The callee `f` of `local.get 0; …; local.get n-1; call f`, with `n` = `params`; `None` for any
/// other body.
fn forwarded(body: &[Operator<'_>], params: usize) -> Option<u32> {
    let (Operator::Call { function_index }, arguments) = body.split_last()? else { return None };
    let in_order = arguments.iter().enumerate().all(|(number, operator)| {
        matches!(operator, Operator::LocalGet { local_index } if *local_index as usize == number)
    });
    (arguments.len() == params && in_order).then_some(*function_index)
}

/// Whether an instruction is a direct call, or changes nothing outside of the function and does not
/// branch by a value.
fn is_call_or_idle(operator: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        operator,
        Call { .. }
            | Drop
            | Nop
            | Return
            | Block { .. }
            | Loop { .. }
            | Br { .. }
            | End
            | LocalGet { .. }
            | LocalSet { .. }
            | LocalTee { .. }
            | I32Const { .. }
            | I64Const { .. }
            | F32Const { .. }
            | F64Const { .. }
    )
}

fn callee(operator: &Operator<'_>) -> Option<u32> {
    match operator {
        Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
            Some(*function_index)
        }
        _ => None,
    }
}

//! How guest code ended: wasmtime's error and the guest's output, combined into an error of this
//! crate.

use std::sync::Arc;

use wasmtime_wasi::I32Exit;

use crate::error::trap::is_below_the_stack;
use crate::error::{
    CallError, Error, Growth, HostFunctionError, InstantiateError, LastLines, NotOffered, Stack,
    Trap, TrapKind, host_cause,
};
use crate::instance::life_cycle::{LifeCycle, PoisonedMeanwhile};
use crate::instance::state::State;
use crate::interrupt::deadline::Interruption;
use crate::wasi::{Language, Panicked, WasiView};

/// The [`CallError`] for an error that wasmtime returned from guest code.
pub(super) fn of_guest(error: &wasmtime::Error, state: &State) -> CallError {
    match state.deadline.interruption() {
        Some(Interruption::Cancelled) => {
            let (_, last_lines) = written_in_call(state);
            return CallError::Cancelled { last_lines };
        }
        Some(Interruption::Timeout) => {
            let limit = state.deadline.limit().unwrap_or_default();
            let (_, last_lines) = written_in_call(state);
            return CallError::Timeout { limit, last_lines };
        }
        None => {}
    }
    // The first error is that of a re-entrant call, whatever the host function made of it.
    if let (Some(PoisonedMeanwhile), LifeCycle::Poisoned { first, .. }) =
        (error.downcast_ref(), &state.life)
    {
        return (**first).clone();
    }
    if let Some(NotOffered { import, offered }) = error.downcast_ref() {
        let (import, offered) = (import.clone(), offered.clone());
        let (_, last_lines) = written_in_call(state);
        return CallError::MissingImport { import, offered, last_lines };
    }
    if let Some(HostFunctionError { import, cause }) = error.downcast_ref() {
        // Nested host functions pass the error on: the innermost one has failed.
        let inner = match cause.downcast_ref() {
            Some(Error::Call(inner)) => Some(inner),
            _ => cause.downcast_ref(),
        };
        if let Some(inner @ CallError::HostFunction { .. }) = inner {
            return inner.clone();
        }
        return CallError::HostFunction { import: import.clone(), cause: cause.clone() };
    }
    let (panicked, last_lines) = written_in_call(state);
    let end = match (Trap::of(error, &last_lines), error.downcast_ref()) {
        (Some(trap), _) if is_below_the_stack(&trap, error) => {
            let cause = Arc::new(CallError::Trap(Box::new(trap)));
            return CallError::StackOverflow { stack: Stack::Memory, cause };
        }
        (Some(trap), _) => CallError::Trap(Box::new(trap)),
        (None, Some(&I32Exit(status))) => CallError::Exit { status, last_lines },
        (None, None) => CallError::Host { cause: host_cause(error) },
    };
    let failure = classify(end, panicked, state.max_stack_bytes);
    match failure {
        CallError::StackOverflow { .. } => failure,
        _ => match state.limits.refused() {
            Some(Growth { resource, limit }) => {
                CallError::OutOfMemory { resource, limit, cause: Arc::new(failure) }
            }
            None => failure,
        },
    }
}

/// The [`InstantiateError`] for an error that wasmtime returned from instantiation or
/// `_initialize`.
pub(super) fn of_initialize(error: &wasmtime::Error, state: &State) -> InstantiateError {
    match of_guest(error, state) {
        CallError::Host { cause } => InstantiateError::Host { cause },
        // A growth was refused but no guest code failed: the initial size is over the limit.
        CallError::OutOfMemory { resource, limit, cause }
            if matches!(*cause, CallError::Host { .. }) =>
        {
            InstantiateError::OutOfMemory { resource, limit }
        }
        cause => {
            let (_, last_lines) = written_in_call(state);
            InstantiateError::InitFailed { cause: Arc::new(cause), last_lines }
        }
    }
}

/// The output of the call that is ending: its last panic, and its last lines.
fn written_in_call(state: &State) -> (Option<Panicked>, LastLines) {
    let mut transcript = state.wasi().transcript();
    let call = state.deadline.call();
    (transcript.panicked(call), transcript.last_lines(call))
}

/// Turns a trap or an exit into a panic or a stack overflow where the guest's output shows one.
fn classify(end: CallError, written: Option<Panicked>, max_stack_bytes: usize) -> CallError {
    match (&end, written) {
        (CallError::Trap(trap), _) if trap.kind == TrapKind::StackOverflow => {
            let limit = u64::try_from(max_stack_bytes).unwrap_or(u64::MAX);
            CallError::StackOverflow { stack: Stack::Wasm { limit }, cause: Arc::new(end) }
        }
        (CallError::Trap(trap), Some(written)) if trap.kind == TrapKind::Unreachable => {
            panic_error(written.message, end)
        }
        // Go's runtime exits with status 2 after a panic. A guest that prints the same text and
        // exits with 2 can't be distinguished from it.
        (CallError::Exit { status: 2, .. }, Some(Panicked { language: Language::Go, message })) => {
            panic_error(message, end)
        }
        _ => end,
    }
}

fn panic_error(message: String, end: CallError) -> CallError {
    let cause = Arc::new(end);
    // Go allocates the stacks of goroutines itself, in linear memory.
    if message == "fatal error: stack overflow" {
        return CallError::StackOverflow { stack: Stack::Goroutine, cause };
    }
    CallError::Panic { message, cause }
}

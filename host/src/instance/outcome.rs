//! How guest code ended: the engine's error, and what the guest wrote before it, as one of ours.

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

/// What the engine's error stands for after guest code has run.
pub(super) fn of_guest(error: &wasmtime::Error, state: &State) -> CallError {
    match state.deadline.thrown() {
        Some(Interruption::Cancelled) => return CallError::Cancelled,
        Some(Interruption::Timeout) => {
            let limit = state.deadline.allowed().unwrap_or_default();
            return CallError::Timeout { limit };
        }
        None => {}
    }
    // A call that a host function made into the guest was the first that failed.
    if let (Some(PoisonedMeanwhile), LifeCycle::Poisoned { first, .. }) =
        (error.downcast_ref(), &state.life)
    {
        return (**first).clone();
    }
    if let Some(NotOffered { import }) = error.downcast_ref() {
        return CallError::MissingImport { import: import.clone() };
    }
    if let Some(HostFunctionError { import, cause }) = error.downcast_ref() {
        // Handed on from host function to host function: the innermost is the one that failed.
        let inner = match cause.downcast_ref() {
            Some(Error::Call(inner)) => Some(inner),
            _ => cause.downcast_ref(),
        };
        if let Some(inner @ CallError::HostFunction { .. }) = inner {
            return inner.clone();
        }
        return CallError::HostFunction { import: import.clone(), cause: cause.clone() };
    }
    let (panicked, last_lines) = written(state);
    let end = match (Trap::of(error, &last_lines), error.downcast_ref()) {
        (Some(trap), _) if is_below_the_stack(&trap, error) => {
            let cause = Arc::new(CallError::Trap(Box::new(trap)));
            return CallError::StackOverflow { stack: Stack::Memory, cause };
        }
        (Some(trap), _) => CallError::Trap(Box::new(trap)),
        (None, Some(&I32Exit(status))) => CallError::Exit { status, last_lines },
        (None, None) => CallError::Host { cause: host_cause(error) },
    };
    let failure = named(end, panicked, state.max_stack_bytes);
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

/// What the engine's error stands for after an instance could not be made or initialised.
pub(super) fn of_initialize(error: &wasmtime::Error, state: &State) -> InstantiateError {
    match of_guest(error, state) {
        CallError::Host { cause } => InstantiateError::Host { cause },
        // It asked for so much before anything of it ran.
        CallError::OutOfMemory { resource, limit, cause }
            if matches!(*cause, CallError::Host { .. }) =>
        {
            InstantiateError::OutOfMemory { resource, limit }
        }
        cause => {
            let (_, last_lines) = written(state);
            InstantiateError::InitFailed { cause: Arc::new(cause), last_lines }
        }
    }
}

/// What the guest wrote in the call that is ending: the last panic's message, and the last lines.
fn written(state: &State) -> (Option<Panicked>, LastLines) {
    let mut transcript = state.wasi().transcript();
    let call = state.deadline.call();
    (transcript.panicked(call), transcript.last_lines(call))
}

/// The end, by the name that it has together with what the guest wrote.
fn named(end: CallError, written: Option<Panicked>, max_stack_bytes: usize) -> CallError {
    match (&end, written) {
        (CallError::Trap(trap), _) if trap.kind == TrapKind::StackOverflow => {
            let limit = u64::try_from(max_stack_bytes).unwrap_or(u64::MAX);
            CallError::StackOverflow { stack: Stack::Wasm { limit }, cause: Arc::new(end) }
        }
        (CallError::Trap(trap), Some(written)) if trap.kind == TrapKind::Unreachable => {
            panicked(written.message, end)
        }
        // Go's runtime ends so; a guest that prints the same and exits with 2 can't be told from
        // it.
        (CallError::Exit { status: 2, .. }, Some(Panicked { language: Language::Go, message })) => {
            panicked(message, end)
        }
        _ => end,
    }
}

fn panicked(message: String, end: CallError) -> CallError {
    let cause = Arc::new(end);
    // Go's stacks are its own, and in its memory.
    if message == "fatal error: stack overflow" {
        return CallError::StackOverflow { stack: Stack::Goroutine, cause };
    }
    CallError::Panic { message, cause }
}

//! What a call came to: the engine's error and what was seen on the way in, an [`Error`] out.

use std::sync::{Arc, PoisonError};

use wasmtime_wasi::I32Exit;

use super::Error;
use crate::error::trap::is_below_the_stack;
use crate::instance::life_cycle::{Fallen, Life};
use crate::instance::limits::Growth;
use crate::instance::state::State;
use crate::interrupt::deadline::Interruption;
use crate::link::host_function::Thrown;
use crate::wasi::panics::{Language, Panicked};
use crate::{LastLines, Stack, Trap, TrapKind};

impl Error {
    /// What the engine's error stands for after guest code has run.
    pub(crate) fn of_guest(error: &wasmtime::Error, state: &State) -> Self {
        match state.watch.thrown() {
            Some(Interruption::Cancelled) => return Error::Cancelled,
            Some(Interruption::Timeout) => {
                return Error::Timeout { limit: state.watch.allowed().unwrap_or_default() };
            }
            None => {}
        }
        // A call of a host function's into the guest was the first that failed.
        if let (Some(Fallen), Life::Dead { first, .. }) = (error.downcast_ref(), &state.life) {
            return (**first).clone();
        }
        if let Some(Thrown { import, cause }) = error.downcast_ref() {
            // Handed on from host function to host function: the innermost is the one that failed.
            if let Some(inner @ Error::HostFunction { .. }) = cause.downcast_ref() {
                return inner.clone();
            }
            return Error::HostFunction { import: import.clone(), cause: cause.clone() };
        }
        let (panicked, last_lines) = told(state);
        let end = match (Trap::of(error, &last_lines), error.downcast_ref()) {
            (Some(trap), _) if is_below_the_stack(&trap, error) => {
                let cause = Arc::new(Error::Trap(Box::new(trap)));
                return Error::StackOverflow { stack: Stack::Memory, cause };
            }
            (Some(trap), _) => Error::Trap(Box::new(trap)),
            (None, Some(&I32Exit(status))) => Error::Exit { status, last_lines },
            (None, None) => Error::of_host(error),
        };
        let failure = named(end, panicked, state.wasm_stack);
        match failure {
            Error::StackOverflow { .. } => failure,
            _ => match state.limits.refused() {
                Some(Growth { resource, limit }) => {
                    Error::OutOfMemory { resource, limit, cause: Arc::new(failure) }
                }
                None => failure,
            },
        }
    }
}

/// What the guest wrote in the call that is ending: the panic that it told last, and the last lines.
pub(crate) fn told(state: &State) -> (Option<Panicked>, LastLines) {
    let mut transcript = state.transcript.lock().unwrap_or_else(PoisonError::into_inner);
    let call = state.watch.call();
    (transcript.panicked(call), transcript.last_lines(call))
}

/// The end, by the name that it has together with what the guest told.
fn named(end: Error, told: Option<Panicked>, wasm_stack: usize) -> Error {
    match (&end, told) {
        (Error::Trap(trap), _) if trap.kind == TrapKind::StackOverflow => {
            let limit = u64::try_from(wasm_stack).unwrap_or(u64::MAX);
            Error::StackOverflow { stack: Stack::Wasm { limit }, cause: Arc::new(end) }
        }
        (Error::Trap(trap), Some(told)) if trap.kind == TrapKind::Unreachable => {
            panicked(told.message, end)
        }
        // Go's runtime ends so; a guest that prints the same and exits with 2 can't be told from
        // it.
        (Error::Exit { status: 2, .. }, Some(Panicked { language: Language::Go, message })) => {
            panicked(message, end)
        }
        _ => end,
    }
}

fn panicked(message: String, end: Error) -> Error {
    let cause = Arc::new(end);
    // Go's stacks are its own, and in its memory.
    if message == "fatal error: stack overflow" {
        return Error::StackOverflow { stack: Stack::Goroutine, cause };
    }
    Error::Panic { message, cause }
}

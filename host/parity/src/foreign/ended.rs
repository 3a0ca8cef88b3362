//! How a call ended: an adapter's answer, in the words of our own host.

use super::call::{ForeignCall, ForeignType, ForeignValue};
use super::outcome::{ForeignEnd, TrapKind};
use super::panics::{Language, panicked};
use super::traps::{Trapped, trapped};
use super::wire::{Answer, Bytes, End};

/// The end of a call, or of `_initialize` where `call` is `None`. `limit` is the most memory that
/// the guest may have, in bytes. An error says what in the answer makes no sense.
pub(super) fn ended(
    answer: &mut Answer,
    call: Option<&ForeignCall>,
    limit: u64,
) -> Result<ForeignEnd, String> {
    let words = std::mem::take(&mut answer.words);
    Ok(match answer.end {
        End::Returned => match call {
            Some(call) => returned(answer, call)?,
            None => ForeignEnd::Returned { value: None, pointers: Vec::new() },
        },
        End::Trap | End::Exit => failed(answer, words, limit),
        End::MissingImport => ForeignEnd::MissingImport { import: words },
        End::NoSuchExport => ForeignEnd::NoSuchExport,
        End::TypeMismatch => ForeignEnd::TypeMismatch { words },
        End::Passing => ForeignEnd::Passing { words },
        End::Host => ForeignEnd::Host { words },
    })
}

fn returned(answer: &mut Answer, call: &ForeignCall) -> Result<ForeignEnd, String> {
    let value = match call.result {
        None => None,
        Some(ForeignType::String) => match String::from_utf8(std::mem::take(&mut answer.memory)) {
            Ok(text) => Some(ForeignValue::String(text)),
            Err(error) => {
                let words = format!("{} returned a string that is no UTF-8: {error}", call.name);
                return Ok(ForeignEnd::Passing { words });
            }
        },
        Some(ForeignType::List { element_bytes }) => {
            let bytes = std::mem::take(&mut answer.memory);
            Some(ForeignValue::List { element_bytes, bytes })
        }
        Some(ForeignType::I32) => Some(ForeignValue::I32(number(answer)?)),
        Some(ForeignType::I64) => Some(ForeignValue::I64(number(answer)?)),
        Some(ForeignType::F32) => Some(ForeignValue::F32(number::<i32>(answer)?.cast_unsigned())),
        Some(ForeignType::F64) => Some(ForeignValue::F64(number::<i64>(answer)?.cast_unsigned())),
    };
    let lent = call.args.iter().filter_map(|arg| match arg {
        ForeignValue::Pointer { align_bytes, bytes } => Some((*align_bytes, bytes.len())),
        _ => None,
    });
    let pointers: Vec<_> = lent
        .zip(answer.changed.drain(..))
        .filter(|((_, size), Bytes(bytes))| bytes.len() == *size)
        .map(|((align_bytes, _), Bytes(bytes))| ForeignValue::Pointer { align_bytes, bytes })
        .collect();
    let is_pointer = |arg: &&ForeignValue| matches!(arg, ForeignValue::Pointer { .. });
    if pointers.len() != call.args.iter().filter(is_pointer).count() {
        return Err("not all pointers came back".to_owned());
    }
    Ok(ForeignEnd::Returned { value, pointers })
}

fn number<T: std::str::FromStr>(answer: &Answer) -> Result<T, String> {
    let bits = answer.bits.as_deref().unwrap_or_default();
    bits.parse().map_err(|_| format!("{bits:?} is no result of that type"))
}

/// The end of a call that trapped or exited. The order of the decisions is that of our own host.
fn failed(answer: &Answer, words: String, limit: u64) -> ForeignEnd {
    let later = answer.stdout.len().saturating_sub(answer.after);
    let written = panicked(&answer.stderr, &answer.stdout[later..]);
    let says_exhausted = written.as_ref().is_some_and(|written| is_exhausted(&written.message));
    let end = if answer.end == End::Exit {
        match written {
            // Go's runtime exits with status 2 after a panic.
            Some(written) if answer.status == 2 && written.language == Language::Go => {
                panic(written.message)
            }
            _ => ForeignEnd::Exit { status: answer.status },
        }
    } else {
        match (trapped(&words, &answer.frames, answer.address), written) {
            (Trapped::StackOverflow, _) => ForeignEnd::StackOverflow,
            (Trapped::Kinds(kinds), Some(written)) if kinds == [TrapKind::Unreachable] => {
                panic(written.message)
            }
            (Trapped::Kinds(kinds), _) => ForeignEnd::Trap { kinds, words },
        }
    };
    let is_refused = answer
        .growth_refused
        .unwrap_or_else(|| says_exhausted || answer.memory_bytes > limit - limit / 16);
    match end {
        ForeignEnd::StackOverflow => end,
        _ if is_refused => ForeignEnd::OutOfMemory { cause: Box::new(end) },
        _ => end,
    }
}

fn panic(message: String) -> ForeignEnd {
    match message.as_str() {
        // Go allocates the stacks of goroutines in linear memory.
        "fatal error: stack overflow" => ForeignEnd::StackOverflow,
        _ => ForeignEnd::Panic { message },
    }
}

/// Whether the runtime of Rust or Go says that a growth was refused.
fn is_exhausted(message: &str) -> bool {
    message.starts_with("memory allocation of ") && message.contains(" bytes failed")
        || message.starts_with("fatal error: runtime: out of memory")
        || message.starts_with("fatal error: runtime: cannot allocate memory")
        || message.starts_with("fatal error: out of memory")
}

//! The host's tests, as one program: a module a question.

mod async_task;
mod calls;
mod ends;
mod host_functions;
mod host_values;
mod late;
#[cfg(target_os = "linux")]
mod leaves_nothing;
mod lifecycle;
mod limits;
mod load;
mod output;
mod passing;
mod reentrance;
mod support;
mod traps;

//! The integration tests of `polyreactor-host`, as one program: one module per topic.

#[cfg(target_os = "linux")]
mod address_space;
mod async_task;
mod calls;
mod ends;
#[cfg(unix)]
mod fork;
mod host_functions;
mod host_values;
mod kinds;
mod last_lines;
mod late;
#[cfg(target_os = "linux")]
mod leaves_nothing;
mod lifecycle;
mod limits;
mod lists;
mod load;
mod output;
mod passing;
mod paths;
mod proposals;
mod reentrance;
mod small_stack;
mod stand_ins;
mod support;
mod traps;
